"""Lists as NetBox answers them: envelope, pages, cursor, filters and lookups, fields, faults."""

import re
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.netbox.apps import KINDS, empty
from api.roles import Role
from inventory.model.network import Network
from tests.support.api import House

API = "/netbox/api"
KNOWN = ("id", "url", "display")
NO_CHOICE = "Select a valid choice. {} is not one of the available choices."
NO_REGEX = "Regular expressions are not offered here; use ic, isw or iew."
FULL = [path for path in KINDS if path not in empty.PATHS.split()]


def _get(house: House, path: str, **parameters: Any) -> Any:
    answer = house.client().get(f"{API}/{path}/", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def _names(house: House, path: str, query: str) -> list[str]:
    answer = house.client().get(f"{API}/{path}/?{query}")
    assert answer.status_code == 200, answer.text
    return [row.get("name") or row["display"] for row in answer.json()["results"]]


@pytest.mark.parametrize("path", KINDS)
def test_every_list_is_there(house: House, path: str) -> None:
    answer = house.client().get(f"{API}/{path}/?limit=0")
    assert answer.headers["api-version"] == "4.7"
    document = answer.json()
    assert list(document) == ["count", "next", "previous", "results"]
    assert (document["count"] == 0) is (path in empty.PATHS.split())
    for row in document["results"]:
        assert list(row) == list(KINDS[path].blank)
        assert row["url"] == f"http://testserver{API}/{path}/{row['id']}/"


@pytest.mark.parametrize("path", FULL)
def test_every_object_has_the_address_it_says(house: House, path: str) -> None:
    """Every address anywhere in a row leads to the object that stands there."""
    client, seen = house.client(), set[str]()
    for row in _get(house, path, limit=4)["results"]:
        for nested in _objects(row):
            if nested["url"] not in seen:
                seen.add(nested["url"])
                found = client.get(nested["url"].removeprefix("http://testserver")).json()
                assert [found[key] for key in KNOWN] == [nested[key] for key in KNOWN]


def _objects(value: Any) -> list[Any]:
    if isinstance(value, list):
        return [found for part in value for found in _objects(part)]
    if not isinstance(value, dict):
        return []
    own = [value] if "url" in value and "id" in value else []
    return own + [found for part in value.values() for found in _objects(part)]


@pytest.mark.parametrize("path", FULL)
def test_every_filter_finds_the_object_it_was_taken_from(house: House, path: str) -> None:
    client = house.client()
    for row in _get(house, path, limit=2)["results"]:
        for name in KINDS[path].filters:
            wanted = _value(row, name)
            if wanted is None or wanted == "":
                continue
            answer = client.get(f"{API}/{path}/", params={name: wanted, "limit": 0})
            assert answer.status_code == 200, (name, wanted, answer.text)
            assert row["id"] in {found["id"] for found in answer.json()["results"]}, (name, wanted)


def _value(row: dict[str, Any], name: str) -> Any:
    """What a row is found by under the name of one of its fields."""
    if name.endswith("_id") and isinstance(row.get(name.removesuffix("_id")), dict):
        return row[name.removesuffix("_id")]["id"]
    if name == "tag":
        return row["tags"][0]["slug"] if row["tags"] else None
    value = row.get(name)
    if isinstance(value, dict):
        return next((value[key] for key in ("value", "slug", "name") if key in value), None)
    return None if isinstance(value, list) else str(value).lower() if isinstance(value, bool) else value


def test_pages_lead_to_one_another_and_keep_their_filters(house: House) -> None:
    client, address, seen = house.client(), f"{API}/dcim/devices/?limit=3&role=agent&status=active", list[str]()
    while address:
        page = client.get(address).json()
        seen += [row["name"] for row in page["results"]]
        address = (page["next"] or "").removeprefix("http://testserver")
        assert not address or "role=agent" in address
    assert seen == _names(house, "dcim/devices", "limit=0&role=agent")
    assert len(seen) == page["count"] > 3
    assert "offset" in page["previous"]


def test_zero_means_a_thousand_and_past_the_end_is_empty(house: House) -> None:
    assert len(_get(house, "ipam/ip-addresses", limit=0)["results"]) == _get(house, "ipam/ip-addresses")["count"]
    assert len(_get(house, "ipam/ip-addresses")["results"]) == 50
    past = _get(house, "dcim/sites", limit=5, offset=5000)
    assert (past["results"], past["next"]) == ([], None)
    assert "offset=4995" in past["previous"]
    assert len(_get(house, "dcim/sites", limit="many")["results"]) == _get(house, "dcim/sites")["count"]


def test_the_cursor_goes_by_id_without_a_count(house: House) -> None:
    client, address, seen = house.client(), f"{API}/dcim/interfaces/?limit=40&start=0&kind=physical", list[int]()
    while address:
        page = client.get(address).json()
        assert page["count"] is page["previous"] is None
        seen += [row["id"] for row in page["results"]]
        address = (page["next"] or "").removeprefix("http://testserver")
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == _get(house, "dcim/interfaces", kind="physical")["count"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("name=core1&name=core2", ["core1", "core2"]),
        ("name=core1&name=core1", ["core1"]),
        ("name=CORE1", ["core1"]),
        ("name__ic=ore", ["core1", "core2"]),
        ("name__isw=core&name__n=core2", ["core1"]),
        ("name__iew=-dc&role=server", ["srv-dc"]),
        ("name__nic=-&role=border", ["border"]),
        ("name__ie=Core2", ["core2"]),
        ("q=core", ["core1", "core2"]),
        ("site=rynek&role=hotspot&colour=red", ["hs-rynek"]),
        ("region=gliwice&role=noc", ["noc"]),
        ("cf_silesia_site_class=treasury&role=site", ["gw-skarbnik"]),
        ("cf_silesia_eservices=integration-bus&cf_silesia_site_class=datacentre&role=datacentre", ["gw-dc"]),
        ("cf_silesia_people_served__gte=1&tag=class-treasury&role=site", ["gw-skarbnik"]),
        ("has_primary_ip=false&role=panel", ["odf-dc", "odf-srodmiescie"]),
        ("platform=null&role=resolver", ["dns1"]),
        ("role=core&ordering=-name", ["core2", "core1"]),
        ("role=core&ordering=no-such-field", ["core1", "core2"]),
        ("interface_count__gte=8&role=core", ["core1", "core2"]),
        ("interface_count__gte=null", []),
        ("id__in=x&role=noc", ["noc"]),
    ],
)
def test_filters_as_in_netbox(house: House, query: str, expected: list[str]) -> None:
    assert _names(house, "dcim/devices", query) == expected


@pytest.mark.parametrize(
    ("path", "query", "fault"),
    [
        ("dcim/devices", "status=zoo", {"status": [NO_CHOICE.format("zoo")]}),
        (
            "dcim/devices",
            "site=nowhere",
            {"site": [NO_CHOICE.format("nowhere")]},
        ),
        ("dcim/devices", "site_id=1", {"site_id": [NO_CHOICE.format("1")]}),
        ("dcim/devices", "id=core1", {"id": ["“core1” is not a valid value."]}),
        ("dcim/devices", "start=0&offset=1", ["'start' and 'offset' are mutually exclusive."]),
        ("dcim/devices", "name__regex=(a%2B)%2B$", {"name__regex": [NO_REGEX]}),
        ("dcim/devices", "start=-1", ["Invalid 'start' parameter: must be a non-negative integer."]),
    ],
)
def test_faults_as_in_netbox(house: House, path: str, query: str, fault: object) -> None:
    answer = house.client().get(f"{API}/{path}/?{query}")
    assert (answer.status_code, answer.json()) == (400, fault)


def test_fields_are_chosen(house: House) -> None:
    def fields(query: str) -> list[str]:
        return list(house.client().get(f"{API}/dcim/sites/?limit=1&{query}").json()["results"][0])

    assert fields("brief=true") == ["id", "url", "display", "name", "slug", "description"]
    assert fields("fields=name,id") == ["id", "name"]
    assert "tags" not in fields("omit=tags,custom_fields")
    assert fields("exclude=config_context") == fields("") == list(KINDS["dcim/sites"].blank)


def test_addresses_are_those_the_caller_uses(house: House) -> None:
    def url(**headers: str) -> str:
        return str(house.client().get(f"{API}/dcim/sites/?limit=1", headers=headers).json()["results"][0]["url"])

    assert url(Host="netbox.city.example").startswith("http://netbox.city.example/netbox/api/dcim/sites/")
    proxied = {"X-Forwarded-Host": "nb.city.example", "X-Forwarded-Proto": "https"}
    assert url(**proxied).startswith("https://nb.city.example/netbox/api/")
    for host in ('evil"},{"', "a b", "x/../y", ""):
        answer = house.client().get(f"{API}/dcim/sites/", headers={"X-Forwarded-Host": host or "?"})
        assert (answer.status_code, answer.json()) == (400, {"detail": "Invalid Host header."})


@pytest.mark.parametrize("keyword", ["Token", "Bearer", "token", "bearer"])
def test_the_keyword_before_the_token_does_not_matter(house: House, keyword: str) -> None:
    headers = {"Authorization": f"{keyword} {house.tokens[Role.VIEWER]}"}
    assert house.client(None).get(f"{API}/status/", headers=headers).status_code == 200


@pytest.mark.parametrize("value", [None, "Token x", "Bearer x", "Basic eDp5", "Token", ""])
def test_without_a_token_netbox_says_403(house: House, value: str | None) -> None:
    headers = {} if value is None else {"Authorization": value}
    answer = house.client(None).get(f"{API}/dcim/devices/", headers=headers)
    assert answer.status_code == 403
    assert answer.headers["api-version"] == "4.7"
    assert set(answer.json()) == {"detail"}


def test_writing_is_refused(house: House) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert house.client(Role.ADMIN).request(method, f"{API}/dcim/sites/", json={}).status_code == 405


def test_what_is_not_there_is_not_found(house: House) -> None:
    for path in ("dcim/devices/7/", "dcim/devices/core1/", "dcim/ships/", "dcim/ships/1/", "space/", "x/y/z/a/"):
        answer = house.client().get(f"{API}/{path}")
        assert answer.status_code == 404, path


def test_the_slash_at_the_end_may_be_left_out(house: House) -> None:
    answer = house.client().get(f"{API}/ipam/prefixes")
    assert answer.status_code == 200
    assert house.client().get(f"{API}").headers["location"].endswith(f"{API}/")


def test_what_is_known_already_is_not_sent_again(house: House) -> None:
    first = house.client().get(f"{API}/dcim/devices/")
    again = house.client().get(f"{API}/dcim/devices/", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_description_is_small_and_open(house: House) -> None:
    answer = house.client(None).get(f"{API}/schema/?format=json")
    assert answer.status_code == 200
    assert len(answer.content) < 20_000
    document = answer.json()
    assert document["info"]["version"].startswith("4.7.")
    for path in ("/api/dcim/devices/", "/netbox/api/dcim/devices/", "/netbox/api/virtualization/virtual-machines/"):
        names = {parameter["name"] for parameter in document["paths"][path]["get"]["parameters"]}
        assert {"limit", "offset", "q", "name", "site", "role", "status", "tenant"} <= names


def test_the_past_can_be_asked_for(house: House) -> None:
    assert _get(house, "dcim/devices", as_of="0")["count"] == 0
    now = _get(house, "dcim/devices", as_of="1", limit=5)
    assert now["count"] > 0
    assert "as_of=1" in now["next"]
    assert house.client().get(f"{API}/dcim/devices/?as_of=never").status_code == 400


def test_a_tenant_sees_its_own_part(house: House) -> None:
    client = house.bound(Role.VIEWER)
    mine = {row["slug"] for row in client.get(f"{API}/dcim/sites/?limit=0").json()["results"]}
    everything = {row["slug"] for row in _get(house, "dcim/sites", limit=0)["results"]}
    assert set() < mine < everything
    for path in FULL:
        answer = client.get(f"{API}/{path}/?limit=0")
        assert answer.status_code == 200, path
        told = set(re.findall(r'"slug":"([^"]*)"', answer.text)) & everything
        assert told <= mine, path


def test_prometheus_discovers_devices(house: House) -> None:
    answer = house.client().get(f"{API}/plugins/prometheus-sd/devices/?role=datacentre&role=server&site=dc")
    found = {target["targets"][0]: target["labels"] for target in answer.json()}
    assert sorted(found) == ["gw-dc", "srv-dc"]
    assert all(isinstance(value, str) for labels in found.values() for value in labels.values())
    labels = {name.removeprefix("__meta_netbox_"): value for name, value in found["gw-dc"].items()}
    assert labels["primary_ip"] == labels["primary_ip4"] == "10.255.0.6"
    assert labels["primary_ip6"] == "2001:db8:44:ff::6"
    assert (labels["site_slug"], labels["role_slug"], labels["platform"]) == ("dc", "datacentre", "frr")
    assert (labels["tenant_slug"], labels["tenant_group_slug"]) == ("operator", "gliwice")
    assert (labels["status"], labels["model"], labels["tag_slugs"]) == ("active", "Device", "class-datacentre")
    assert "wbo" in found["srv-dc"]["__meta_netbox_services"].split(",")
    everything = house.client().get(f"{API}/plugins/prometheus-sd/devices/").json()
    assert len(everything) == _get(house, "dcim/devices")["count"]


WORDS = st.sampled_from(["core1", "rynek", "null", "true", "1", "-1", "1.5", "", "é", "[", "\\", "%", "a,b", "9" * 30])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_question_breaks_the_server(house: House, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(FULL))
    lookups = ["", "__n", "__ic", "__nic", "__isw", "__gte", "__lt", "__empty", "__regex", "__iregex", "__zoo"]
    others = "limit offset start ordering fields omit brief q cf_silesia_slug cf_x as_of"
    names = st.sampled_from([*sorted(KINDS[path].filters), *others.split()])
    parameters = data.draw(st.lists(st.tuples(names, st.sampled_from(lookups), WORDS), max_size=4))
    query = urlencode([(f"{name}{lookup}", value) for name, lookup, value in parameters])
    answer = house.client().get(f"{API}/{path}/?{query}")
    past = {404} if any(name == "as_of" for name, _, _ in parameters) else set()  # a revision that never was
    assert answer.status_code in {200, 400, *past}, (query, answer.text)
    assert isinstance(orjson.loads(answer.content), dict | list)


def test_what_was_is_not_kept_beside_what_is(house: House, city: Network) -> None:
    """A write makes a city anew; the one before it must not stay in memory, nor be shown."""
    store, cities = house.context.inventory, house.app.state.cities
    before = cities.at(None, None)
    assert cities.at(None, None) is before
    renamed = city.sites[0].model_copy(update={"name": "Nowa nazwa"})
    store.write(city.model_copy(update={"sites": (renamed, *city.sites[1:])}), "tests", "a new name")
    try:
        assert _get(house, "dcim/sites", slug=renamed.slug)["results"][0]["name"] == "Nowa nazwa"
        assert before not in [kept for _, kept in cities._kept.values()]
    finally:
        store.write(city, "tests", "the old name")
    assert _get(house, "dcim/sites", slug=renamed.slug)["results"][0]["name"] == city.sites[0].name
