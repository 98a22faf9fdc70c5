"""Equal access and service levels over REST, the command line and the metrics: one index, whoever asks."""

import csv
import io
import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import REST, create_app
from api.cli.dispatch import run
from api.roles import Role
from monitoring.equality import By
from monitoring.open_data.dcat import DATA_SETS
from tests.support.api import SETTINGS, House

SITE = "biblioteka-sosnica"
MONTHS = {"site": SITE, "service": "wbo"}


def index(house: House, **asked: str) -> dict[str, Any]:
    answer = house.client().get(f"{REST}/equality", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("by", By)
def test_every_table_has_the_same_total(house: House, by: By) -> None:
    found = index(house, by=by)
    assert found["basis"] == "observed"
    assert found["overall"] == index(house)["overall"]
    shown = [group for group in found["groups"] if not group["suppressed"]]
    assert [g["index"] for g in shown] == sorted((g["index"] for g in shown), reverse=True)
    assert shown[0]["gap"] == 0.0
    assert all(0 <= share <= 100 for g in shown for share in g["parts"].values() if share is not None)
    assert all(g["words_pl"].endswith(".") and g["words_en"].endswith(".") for g in found["groups"])
    hidden = [group for group in found["groups"] if group["suppressed"]]
    assert {value for g in hidden for key in ("index", "sites", "people", "gap") for value in [g[key]]} <= {None}


def test_metrics_report_and_rest_agree(house: House) -> None:
    text = house.client().get("/metrics").text
    found = {group["group"]: group["index"] for group in index(house)["groups"]}
    rows = house.client().get(f"{REST}/reports/equal-access.json", params={"by": "district"}).json()["rows"]
    assert {row["group"]: row["index"] for row in rows[1:]} == found
    line = next(row for row in text.splitlines() if 'silesianet_equality_index{by="district",group="Sośnica"}' in row)
    assert round(float(line.split()[-1]), 1) == found["Sośnica"]


def test_a_bound_caller_sees_single_sites_of_its_own_only(house: House) -> None:
    client = house.bound()
    single = client.get(f"{REST}/equality", params={"by": "site"}).json()["groups"]
    assert {group["group"] for group in single} == {"szkola-sikornik", "szkola-trynek"}
    figures = client.get(f"{REST}/sla", params={"limit": 1000}).json()["results"]
    assert {figure["site"] for figure in figures} == {"szkola-sikornik", "szkola-trynek"}
    assert client.get(f"{REST}/sla/raw", params=MONTHS).status_code == 404
    assert client.get(f"{REST}/sla/exclusions").status_code == 403


def test_the_figure_and_its_raw_results(house: House) -> None:
    found = house.client().get(f"{REST}/sla", params=MONTHS).json()["results"]
    assert [(f["site"], f["service"], f["target"]) for f in found] == [(SITE, "wbo", 99.9)]
    answer = house.client().get(f"{REST}/sla/raw", params=MONTHS)
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert {line["kind"] for line in lines} == {"span", "hold", "target", "result"}
    assert house.client().get(f"{REST}/sla", params={"met": "true"}).json()["count"] > 0
    for month in ("May", "2026-1", "2026-13", "0001-01", "9999-12"):
        assert house.client().get(f"{REST}/sla", params={"month": month}).status_code == 422, month
    assert house.client().get(f"{REST}/sla/raw", params={**MONTHS, "site": "nowhere"}).status_code == 404


def test_windows_are_given_by_those_on_duty_and_never_forgotten(house: House) -> None:
    window = {"start": "2026-11-10T22:00:00+01:00", "end": "2026-11-11T02:00:00+01:00", "reason": "new fibre"}
    given = house.client(Role.NOC).post(f"{REST}/sla/exclusions", json={**window, "site": SITE})
    assert given.status_code == 201, given.text
    found = given.json()
    assert (found["start"], found["by"], found["site"]) == ("2026-11-10T21:00:00.000Z", "noc", SITE)
    back = house.client(Role.OPERATOR).post(f"{REST}/sla/exclusions/{found['id']}/withdraw")
    assert back.json()["withdrawn_by"] == "operator"
    listed = house.client().get(f"{REST}/sla/exclusions").json()["results"]
    assert [w["withdrawn_by"] for w in listed] == ["operator"]
    assert house.client(Role.NOC).post(f"{REST}/sla/exclusions/{found['id']}/withdraw").status_code == 409
    wrong = [{**window, "end": window["start"]}, {**window, "start": "2026-11-10T22:00:00"}, {**window, "reason": ""}]
    wrong += [{**window, "start": "0001-01-01T00:00:00+02:00"}, {**window, "end": "9999-12-31T23:59:59-05:00"}]
    assert {house.client(Role.NOC).post(f"{REST}/sla/exclusions", json=w).status_code for w in wrong} == {422}
    assert house.client(Role.NOC).post(f"{REST}/sla/exclusions/{2**70}/withdraw").status_code == 422
    nowhere = house.client(Role.NOC).post(f"{REST}/sla/exclusions", json={**window, "service": "nothing"})
    assert nowhere.status_code == 404


def test_the_command_tells_the_same(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SILESIANET_HOME", str(house.context.settings.home))
    monkeypatch.setenv("SILESIANET_DATABASE_URL", house.context.settings.database)
    assert run(["reach", "equality", "--by", "class", "--json"]) == 0
    shape = json.loads(capsys.readouterr().out)
    assert {g["group"]: g["people"] for g in shape["groups"]} == {
        g["group"]: g["people"] for g in index(house, by="class")["groups"]
    }
    assert run(["reach", "equality"]) == 0
    assert capsys.readouterr().out.startswith("Equal access at 20")


OFFERED = [f"/open-data/{data.slug}.{form}" for data in DATA_SETS for form in data.forms] + [
    "/open-data/catalog.jsonld"
]


@pytest.fixture(scope="module")
def public(house: House) -> TestClient:
    """Somebody without a token, where the operator has decided to publish."""
    return TestClient(create_app(house.context, SETTINGS.model_copy(update={"open_data_public": True})))


@pytest.mark.parametrize("path", OFFERED)
def test_open_data_need_no_token_where_the_operator_says_so(house: House, public: TestClient, path: str) -> None:
    found = public.get(path)
    assert found.status_code == 200, found.text
    assert house.client(None).get(path).status_code == 401
    assert house.client().get(path).headers["content-type"] == found.headers["content-type"]


def test_what_the_catalogue_links_to_answers(house: House) -> None:
    catalogue = house.client().get("/open-data/catalog.jsonld").json()
    sets = [node for node in catalogue["@graph"] if node["@type"] == "dcat:Dataset"]
    links = [form["dcat:downloadURL"]["@id"] for data in sets for form in data["dcat:distribution"]]
    assert len(links) == len(OFFERED) - 1
    assert {house.client().get(link).status_code for link in links} == {200}


def test_internal_services_are_for_those_with_a_token(house: House, public: TestClient) -> None:
    assert public.get("/open-data/cpsv.jsonld", params={"internal": "true"}).status_code == 403
    more = house.client().get("/open-data/cpsv.jsonld", params={"internal": "true"}).json()["@graph"]
    fewer = public.get("/open-data/cpsv.jsonld").json()["@graph"]
    assert len(more) > len(fewer)
    assert house.client().get("/open-data/capacity.csv").status_code == 404
    assert house.client().get("/open-data/hotspots.html").status_code == 404
