"""The same city in a real NetBox and in ours: the three clients find the same, but for differences that are meant."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.roles import Role
from inventory.model.network import Network
from inventory.settings import NetboxSettings
from inventory.sources.netbox.client import Client
from inventory.sources.netbox.exchange import Exchange
from inventory.sources.netbox.mirror import Mirror
from inventory.sources.netbox.models import MODELS
from tests.support.api import House, furnish
from tests.support.netbox import Netbox
from tests.support.netbox_clients import nb_inventory, nornir_hosts, pynetbox_at
from tests.support.netbox_comparison import MEANT, MORE, NUMBERS, ONLY_HERE, Door, Row, different, name_of
from tests.support.server import served

pytestmark = [pytest.mark.netbox, pytest.mark.postgres]

GROUPS = (
    "group_by: [sites, device_roles, platforms, manufacturers, device_types, status, tags, tenants, region, site_group]"
)
ONLY_OUR_GROUPS = ("region_", "site_group_", "tags_class-", "tenants_")


@pytest.fixture(scope="module")
def pushed(netbox: Netbox, city: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house that has told the real NetBox everything."""
    home = tmp_path_factory.mktemp("pushed")
    house = furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)
    mirror = Mirror(house.context.engine)
    mirror.belong_to(netbox.url)
    client = Client(netbox.url, netbox.token, 60)
    exchange = Exchange(house.context.inventory, mirror, client, NetboxSettings(url=netbox.url))
    exchange.read()
    exchange.push(exchange.preview_push())
    yield house
    house.context.engine.dispose()


@pytest.fixture(scope="module")
def ours(pushed: House) -> Iterator[Door]:
    """Our own API."""
    with served(pushed.app) as address:
        yield Door(f"{address}/netbox", pushed.tokens[Role.VIEWER])


@pytest.fixture(scope="module")
def theirs(pushed: House, netbox: Netbox) -> Door:
    """The real NetBox after the push."""
    return Door(netbox.url, netbox.token)


def _named(rows: list[Row]) -> dict[Any, Row]:
    named = {name_of(row): row for row in rows}
    assert len(named) == len(rows)
    return named


@pytest.mark.parametrize("path", [path for path in MODELS if path != "extras/tags"])
def test_every_object_is_the_same(ours: Door, theirs: Door, path: str) -> None:
    here, there = _named(ours.rows(path)), _named(theirs.rows(path))
    assert here.keys() == there.keys()
    assert there
    meant = MEANT.get(path, {})
    found: dict[str, str] = {}
    for name, row in there.items():
        assert row.keys() <= here[name].keys()
        assert here[name].keys() - row.keys() <= meant.keys()
        assert here[name].get("custom_fields", {}).keys() - row.get("custom_fields", {}).keys() <= MORE
        for field in {name for name in row if not name.endswith("_id")} - meant.keys() - NUMBERS:
            for difference in different(here[name][field], row[field], f".{field}"):
                found.setdefault(field, f"{name}: {difference}")
    assert found == {}


def test_tags_of_projects_and_risks_are_the_same(ours: Door, theirs: Door) -> None:
    here, there = _named(ours.rows("extras/tags")), _named(theirs.rows("extras/tags"))
    assert {slug for slug in here if not slug.startswith("class-")} == there.keys()
    assert [(there[s]["name"], there[s]["description"]) for s in there] == [
        (here[s]["name"], here[s]["description"]) for s in there
    ]


@pytest.mark.parametrize("path", ONLY_HERE)
def test_what_is_only_here_is_only_here(ours: Door, theirs: Door, path: str) -> None:
    """When a push tells more one day, its row in the table goes."""
    assert theirs.ask(f"{path}/?limit=1").json()["count"] == 0 < ours.ask(f"{path}/?limit=1").json()["count"]


@pytest.mark.parametrize(
    "query",
    [
        "dcim/devices/?name=core1&name=core2", "dcim/devices/?name=CORE1", "dcim/devices/?name__ic=ore",
        "dcim/devices/?name__isw=gw&role=site&limit=0", "dcim/devices/?name__n=core1&role=core", "dcim/devices/?q=core",
        "dcim/devices/?name__empty=true", "dcim/devices/?site=rynek&status=active", "dcim/devices/?colour=red&limit=0",
        "dcim/devices/?platform=frr&manufacturer=frrouting&limit=0", "dcim/devices/?has_primary_ip=false",
        "dcim/devices/?limit=5&offset=500", "dcim/devices/?limit=many", "dcim/devices/?serial=demo-core1",
        "dcim/devices/?fields=name&limit=3", "dcim/devices/?brief=true&limit=2", "dcim/devices/?ordering=-name&limit=4",
        "dcim/devices/?status=zoo", "dcim/devices/?site=nowhere", "dcim/devices/?site_id=999999999",
        "dcim/devices/?start=0&offset=1", "dcim/devices/?start=-1", "dcim/devices/?start=0&ordering=name",
        "dcim/devices/999999999/", "dcim/spaceships/", "dcim/interfaces/?device=core1&kind=virtual",
        "dcim/interfaces/?device=core1&cabled=true&limit=0", "dcim/interfaces/?name=eth1&device=gw-skarbnik",
        "ipam/ip-addresses/?device=core1&family=4", "ipam/ip-addresses/?address=10.255.0.1/32",
        "ipam/prefixes/?site=rynek", "ipam/prefixes/?role=lan&family=6&limit=0", "ipam/vlans/?vid=10&site=dc",
        "dcim/sites/?cf_silesia_site_class=hotspot", "dcim/sites/?tenant=kultura", "circuits/circuits/?cid__ic=core1",
    ],
)  # fmt: skip
def test_the_same_question_has_the_same_answer(ours: Door, theirs: Door, query: str) -> None:
    here, there = ours.ask(query), theirs.ask(query)
    assert here.status_code == there.status_code, (here.text, there.text)
    if there.status_code == 404:
        return
    if there.status_code == 400:
        assert here.json() == there.json()
        return
    one, other = here.json(), there.json()
    assert one["count"] == other["count"]
    assert (one["next"] is None, one["previous"] is None) == (other["next"] is None, other["previous"] is None)
    assert [list(row) for row in one["results"]] == [list(row) for row in other["results"]]
    names = [[row.get("name") or row["display"] for row in found["results"]] for found in (one, other)]
    assert sorted(names[0]) == sorted(names[1])
    assert "ordering" not in query or names[0] == names[1]


@pytest.mark.parametrize("token", ["", "wrong", "nbt_wrong.wrong"])
def test_strangers_are_told_the_same(ours: Door, theirs: Door, token: str) -> None:
    here, there = ours.ask("dcim/sites/", token), theirs.ask("dcim/sites/", token)
    assert here.status_code == there.status_code == 403
    assert here.json().keys() == there.json().keys()
    assert here.headers["API-Version"] == there.headers["API-Version"]


def test_pynetbox_finds_the_same(ours: Door, theirs: Door) -> None:
    one, other = (pynetbox_at(door.url, door.token) for door in (ours, theirs))
    assert one.version == other.version
    for app, plural in (path.replace("-", "_").split("/") for path in MODELS if path != "extras/tags"):
        here, there = getattr(getattr(one, app), plural), getattr(getattr(other, app), plural)
        assert here.count() == there.count(), plural
    device, real = (netbox.dcim.devices.get(name="gw-skarbnik") for netbox in (one, other))
    for look in ("site.tenant.group.parent.name", "device_type.manufacturer.slug", "primary_ip4.assigned_object.name"):
        assert _follow(device, look) == _follow(real, look)
    ways = [netbox.dcim.interfaces.get(device="gw-skarbnik", name="eth1").trace() for netbox in (one, other)]
    near, far = ([[str(port.device) for port in ends] for ends in (way[0], way[-1])] for way in ways)
    assert near == far
    choices = {choice["value"] for choice in one.dcim.devices.choices()["status"]}
    assert choices == {choice["value"] for choice in other.dcim.devices.choices()["status"]}


def _follow(record: Any, path: str) -> Any:
    for name in path.split("."):
        record = getattr(record, name)
    return record


def test_nornir_finds_the_same(ours: Door, theirs: Door, home: Path) -> None:
    here, there = (nornir_hosts(door.url, door.token, home) for door in (ours, theirs))
    addresses = {row["name"]: row["primary_ip4"] for row in theirs.rows("dcim/devices")}
    for name, host in there.items():
        if addresses[name]:
            host["hostname"] = addresses[name]["address"].partition("/")[0]
    assert here == there


def test_ansible_finds_the_same(ours: Door, theirs: Door, home: Path) -> None:
    here = nb_inventory(ours.url, ours.token, home / "ours", GROUPS)
    there = nb_inventory(theirs.url, f"{{type: Bearer, value: {theirs.token}}}", home / "theirs", GROUPS)
    more = {group for group in here if group.startswith(ONLY_OUR_GROUPS)}
    assert here.keys() - there.keys() == more
    for group in there.keys() - {"_meta", "all"}:
        assert here[group] == there[group], group
    hosts, real = here["_meta"]["hostvars"], there["_meta"]["hostvars"]
    assert hosts.keys() == real.keys()
    for name, variables in real.items():
        for variable in ("sites", "device_roles", "platforms", "manufacturers", "primary_ip4", "primary_ip6", "serial"):
            assert hosts[name].get(variable) == variables.get(variable), (name, variable)
        assert hosts[name].get("ansible_host") == variables.get("primary_ip4", variables.get("ansible_host"))
