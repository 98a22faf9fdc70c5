"""What can be asked of a list: operations, words, order, fields, CSV; and what cannot, told with the nearest name."""

import csv
import io
from typing import Any

import pytest

from api.listing.derived import fields
from api.presentation import LISTED
from api.roles import Role
from inventory.database.revision import Asked
from inventory.model.network import NOUNS
from inventory.sources.tables.columns import tables
from inventory.sources.tables.write import csv_text
from tests.support.api import House
from tests.support.facts import edit

REST = "/api/v1"


def slugs(house: House, question: str) -> list[str]:
    answer = house.client().get(f"{REST}/{question}")
    assert answer.status_code == 200, answer.text
    return [row["slug"] for row in answer.json()["results"]]


def sites(house: House) -> list[Any]:
    found: list[Any] = house.client().get(f"{REST}/sites?limit=1000").json()["results"]
    return found


@pytest.mark.parametrize(
    ("question", "fits"),
    [
        ("people_served__gte=500", lambda s: s["people_served"] >= 500),
        ("people_served__gt=500&people_served__lte=900", lambda s: 500 < s["people_served"] <= 900),
        ("slug__in=rynek,biblioteka-sosnica", lambda s: s["slug"] in ("rynek", "biblioteka-sosnica")),
        ("slug__in=rynek&slug__in=biblioteka-sosnica", lambda s: s["slug"] in ("rynek", "biblioteka-sosnica")),
        ("site_class=school&site_class=library", lambda s: s["site_class"] in ("school", "library")),
        ("site_class__n=school", lambda s: s["site_class"] != "school"),
        ("name__ic=BIBL", lambda s: "bibl" in s["name"].casefold()),
        ("address.city=Gliwice&hotspot__empty=false", lambda s: s["hotspot"] is not None),
        ("address__street__ic=łuż", lambda s: "łuż" in s["address"]["street"].casefold()),
        ("hotspot__empty=true", lambda s: s["hotspot"] is None),
        ("hotspot.domain=null", lambda s: s["hotspot"] is None),
        ("hotspot.access_points.number=1", lambda s: bool(s["hotspot"])),
        ("q=sosnica", lambda s: "osnic" in str(s).casefold() or "ośnic" in str(s).casefold()),
        ("q=hotspot+rynek", lambda s: "rynek" in str(s).casefold() and "hotspot" in str(s.values()).casefold()),
        ("coordinates.latitude__lt=50.3", lambda s: s["coordinates"]["latitude"] < 50.3),
        ("devices=core1", lambda s: "core1" in s["devices"]),
    ],
)
def test_questions_and_what_fits(house: House, question: str, fits: Any) -> None:
    wanted = [s["slug"] for s in sites(house) if fits(s)]
    assert slugs(house, f"sites?{question}&limit=1000") == wanted
    assert 0 < len(wanted) < len(sites(house))


def test_rates_are_asked_for_with_or_without_unit(house: House) -> None:
    assert slugs(house, "links?capacity_bps__gte=1000000000") != []
    assert slugs(house, "circuits?rate.down=1 Gb/s") == slugs(house, "circuits?rate__down=1000000000") != []


def test_order_and_pages(house: House) -> None:
    found = sites(house)
    wanted = sorted(found, key=lambda s: (-s["people_served"], s["slug"]))
    assert slugs(house, "sites?ordering=-people_served,slug") == [s["slug"] for s in wanted]
    assert slugs(house, "sites?ordering=-people_served&limit=4&offset=2") == [s["slug"] for s in wanted][2:6]
    names = [s["name"] for s in house.client().get(f"{REST}/sites?ordering=name").json()["results"]]
    assert names.index("Węzeł Sośnica") < names.index("Węzeł Śródmieście") < names.index("Węzeł Trynek")


def test_only_the_chosen_fields(house: House) -> None:
    row = house.client().get(f"{REST}/sites?fields=slug,address.city,devices&slug=rynek").json()["results"][0]
    assert list(row) == ["slug", "address", "devices"]
    assert row["address"] == {"city": "Gliwice"}
    ports = house.client().get(f"{REST}/devices?fields=interfaces__name&slug=core1").json()["results"]
    assert set(ports[0]["interfaces"][0]) == {"name"}


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("sites?site_clas=school", "did you mean site_class"),
        ("sites?people_served__get=1", "or people_served__gte"),
        ("sites?site_class__gte=school", "cannot be asked for with gte"),
        ("sites?hotspot=x", "use hotspot__empty"),
        ("sites?ordering=-nam", "did you mean name"),
        ("sites?fields=slug,adress.city", "did you mean address.city"),
        ("sites?format=pdf", "use json or csv"),
        ("sites?hotspot__empty=maybe", "does not fit"),
        ("sites?limit=many", "not a number"),
        ("sites/rynek?slug=x", "no such filter"),
        ("sites?as_of=99999999999999999999", "no revision"),
    ],
)
def test_what_makes_no_sense_is_told(house: House, question: str, told: str) -> None:
    answer = house.client().get(f"{REST}/{question}")
    assert answer.status_code in (404, 422)
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("noun", NOUNS)
def test_csv_is_what_export_writes(house: House, noun: str) -> None:
    for params, headers in (({"format": "csv"}, {}), ({}, {"Accept": "text/csv"})):
        answer = house.client().get(f"{REST}/{noun}", params=params, headers=headers)
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert f'filename="{noun}.csv"' in answer.headers["content-disposition"]
        text = answer.content.decode("utf-8-sig")
        assert text == csv_text(tables()[noun], house.context.inventory.network())


def test_csv_of_chosen_fields_in_an_order(house: House) -> None:
    client, question = (
        house.client(),
        f"{REST}/sites?format=csv&fields=slug,devices,people_served&ordering=-people_served",
    )
    answer = client.get(question)
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [r["slug"] for r in rows] == slugs(house, "sites?ordering=-people_served")
    assert len(list(csv.reader(io.StringIO(client.get(f"{question}&limit=3").content.decode("utf-8-sig"))))) == 4
    again = client.get(question, headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_spreadsheet_cannot_be_tricked(own_house: House) -> None:
    store = own_house.context.inventory
    trick = '=HYPERLINK("http://x")'
    store.write(edit(store.network(), "sites", "rynek", name=trick), "tests", "a trick")
    text = own_house.client().get(f"{REST}/sites?format=csv&slug=rynek").content.decode("utf-8-sig")
    assert next(iter(csv.DictReader(io.StringIO(text))))["name"] == f"'{trick}"
    assert store.history(Asked("sites", "rynek"), 1)[0].after is not None


def test_lists_follow_every_write_and_keep_what_it_does_not_touch(own_house: House) -> None:
    lists, client = own_house.context.lists, own_house.client(Role.ADMIN)
    before = {noun: lists.table(noun) for noun in LISTED}
    site = client.get(f"{REST}/sites/rynek")
    tag = {"If-Match": site.headers["etag"]}
    assert client.patch(f"{REST}/sites/rynek", json={"people_served": 7}, headers=tag).status_code == 200
    assert slugs(own_house, "sites?people_served=7") == ["rynek"]
    assert slugs(own_house, "sites?people_served=7&as_of=1") == []
    kept = {noun for noun in LISTED if lists.table(noun) is before[noun]}
    assert kept == set(LISTED) - {"sites"}


def test_every_field_is_described(house: House) -> None:
    paths = house.client().get("/openapi.json").json()["paths"]
    for noun in LISTED:
        named = {p["name"].removesuffix("__empty") for p in paths[f"{REST}/{noun}"]["get"]["parameters"]}
        assert set(fields(noun)) <= named
