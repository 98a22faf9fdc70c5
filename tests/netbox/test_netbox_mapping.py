"""The table of what is exchanged: nothing of a noun is forgotten, and what is written is read back."""

import copy
from collections import Counter
from functools import cached_property
from ipaddress import ip_interface

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.day import day_at
from inventory.diff import diff
from inventory.model.network import NOUNS, Network
from inventory.sources.netbox import models as m
from inventory.sources.netbox.absorb import Absorbed, absorb
from inventory.sources.netbox.exchange import sound
from inventory.sources.netbox.fields import wanted
from inventory.sources.netbox.flatten import flatten
from inventory.sources.netbox.identify import Pairing, Theirs, identify
from inventory.sources.netbox.mapping import EXCHANGED, Exchanged
from inventory.sources.netbox.models import MODELS, OURS, Row
from inventory.sources.netbox.names import interface_name_of, slug_of, unused
from inventory.sources.netbox.pairs import Owner
from inventory.sources.netbox.plan import plan
from inventory.sources.netbox.project import project
from inventory.sources.netbox.sides import Sides
from inventory.sources.netbox.values import RATE, read_place, write_place
from tests.support.facts import edit, remove
from tests.support.netbox_rows import held, numbered

Rows = dict[str, list[tuple[int, Row]]]
CUSTOM_TYPES = {"text", "integer", "decimal", "boolean", "date", "json"}


@pytest.fixture(scope="module")
def rows(city: Network) -> Rows:
    """A NetBox that holds exactly the demonstration city."""
    return numbered(project(city))


def identified(rows: Rows, ours: Network, pairing: Pairing | None = None) -> Theirs:
    return identify(copy.deepcopy(rows), pairing or {}, project(ours).__getitem__)


class Compared(Sides):
    """Both sides without a database: everything was exchanged before, unless it is said otherwise."""

    def __init__(self, rows: Rows, ours: Network, before: Network, pairing: Pairing | None = None) -> None:
        self.network, self.theirs, self._known = ours, identified(rows, ours, pairing), before

    @cached_property
    def paired(self) -> dict[str, frozenset[str]]:
        return everything(self._known)


def absorbed(rows: Rows, ours: Network, paired: dict[str, frozenset[str]] | None = None) -> Absorbed:
    return absorb(identified(rows, ours), ours, paired or {})


def everything(network: Network) -> dict[str, frozenset[str]]:
    """All keys, as both sides have them after an exchange."""
    return {path: frozenset(keys) for path, keys in project(network).items()}


@pytest.mark.parametrize("exchanged", EXCHANGED, ids=lambda e: f"{e.noun}-{e.path}")
def test_every_field_of_a_noun_is_exchanged_or_said_to_be_apart(exchanged: Exchanged) -> None:
    """Tags of NetBox have no custom fields; all else holds the whole record."""
    said = {pair.ours for pair in exchanged.pairs} | exchanged.apart | {"slug"}
    if exchanged.model.custom:
        assert said == set(NOUNS[exchanged.noun].model_fields)
    else:
        assert exchanged.path == m.TAGS and {"name"} <= said


def test_netbox_owns_its_own_fields_and_we_own_the_custom_ones() -> None:
    for exchanged in EXCHANGED:
        for pair in exchanged.pairs:
            assert (pair.owner is Owner.OURS) == pair.theirs[0].startswith(f"cf_{OURS}")


def test_custom_fields_have_one_type_each() -> None:
    assert {kind for kind, _ in wanted().values()} <= CUSTOM_TYPES
    assert wanted()["silesia_people_served"] == ("integer", frozenset({"dcim.site"}))
    assert wanted()["silesia_valid_from"][0] == "date"
    assert "dcim.device" in wanted()["silesia_valid_from"][1]


def test_models_refer_only_to_those_before_them() -> None:
    order = list(MODELS)
    for path, model in MODELS.items():
        for target in (*model.refs.values(), *model.mixed.values()):
            assert order.index(target) <= order.index(path)


def test_the_city_comes_back_whole(rows: Rows, city: Network) -> None:
    result = absorbed(rows, Network())
    assert (result.left_out, result.gone, dict(result.assumed)) == ({}, [], {})
    assert [*diff(held(city), result.network).lines()] == []


def test_the_same_again_changes_nothing_on_either_side(rows: Rows, city: Network) -> None:
    assert absorbed(rows, city).network == city
    found = plan(Compared(rows, city, city))
    assert (found.creates, found.updates, found.deletes, found.missing) == ({}, [], [], [])


def row_of(rows: Rows, path: str, **fields: object) -> Row:
    return next(row for _, row in rows[path] if all(row.get(n) == v for n, v in fields.items()))


def test_netbox_wins_where_it_owns_and_loses_where_we_do(rows: Rows, city: Network) -> None:
    said = copy.deepcopy(rows)
    row_of(said, m.SITES, slug="dc").update(name="Serwerownia", cf_silesia_people_served=77)
    row_of(said, m.DEVICES, name="core1").update(serial="NEW-1", cf_silesia_valid_from="1999-01-01")
    result = absorbed(said, city, everything(city))
    lines = [*diff(city, result.network).lines()]
    assert lines == [
        "~ site:dc", "    name: Miejskie centrum danych → Serwerownia",
        "~ device:core1", "    serial: DEMO-CORE1 → NEW-1",
    ]  # fmt: skip
    found = plan(Compared(said, city, city))
    assert {u.key: set(u.fields) for u in found.updates} == {
        "dc": {"cf_silesia_people_served"},
        "core1": {"cf_silesia_valid_from"},
    }


def test_what_netbox_lost_is_gone_only_when_it_had_it(rows: Rows, city: Network) -> None:
    said = copy.deepcopy(rows)
    said[m.TENANTS] = [(n, row) for n, row in said[m.TENANTS] if row["slug"] != "zdrowie"]
    assert absorbed(said, city, everything(city)).gone == [("tenants", "zdrowie")]
    assert absorbed(said, city).gone == []
    found = plan(Compared(said, city, city))
    assert (found.missing, found.creates) == ([(m.TENANTS, "zdrowie")], {})
    again = plan(Compared(said, city, city), recreate=True)
    assert again.creates == {m.TENANTS: ["zdrowie"]}


def test_what_we_lost_is_a_deletion_there(rows: Rows, city: Network) -> None:
    fewer = remove(city, "cables", "patch-gw-dc-eth1")
    pairing = {m.CABLES: {n: str(row.get("cf_silesia_slug") or "link:" + row["cf_silesia_link"]["slug"])
                          for n, row in rows[m.CABLES]}}  # fmt: skip
    found = plan(Compared(rows, fewer, city, pairing))
    assert found.deletes == [(m.CABLES, "patch-gw-dc-eth1")]


def test_a_cable_plugged_elsewhere_moves_its_link(rows: Rows, city: Network) -> None:
    said, link = copy.deepcopy(rows), next(link for link in city.links if link.slug == "core1--border")
    ports = {key: n for n, key in enumerate(project(city)[m.INTERFACES], 1)}
    cable = next(r for _, r in said[m.CABLES] if (r.get("cf_silesia_link") or {}).get("slug") == link.slug)
    cable["b_terminations"] = [["dcim.interface", ports["border:lan-internet"]]]
    moved = next(found for found in absorbed(said, city).network.links if found.slug == link.slug)
    assert (moved.a, moved.b) == (link.a, "border:lan-internet")


def test_what_breaks_a_rule_stays_as_it_was(rows: Rows, city: Network) -> None:
    """A link to a LAN port is refused by our rules: NetBox's word is told and not taken."""
    broken = edit(city, "links", "core1--border", b="border:lan-internet")
    left_out: dict[str, str] = {}
    assert sound(broken, city, day_at(), left_out) == city
    assert "link:core1--border" in left_out


def test_records_that_say_too_little_are_assumed_or_left_out(city: Network) -> None:
    said: Rows = {path: [] for path in MODELS}
    nothing = {"tenant": None, "physical_address": None, "latitude": None, "longitude": None}
    said[m.SITES] = [(n, {"name": slug, "slug": slug, **nothing}) for n, slug in ((1, "Zory_1"), (2, "zory-1"))]
    said[m.PREFIXES] = [(5, {"prefix": "10.9.0.0/16", "vrf": None, "role": None, "vlan": None, "scope": None})]
    result = absorbed(said, Network())
    assert [(site.slug, site.site_class) for site in result.network.sites] == [("zory-1", "pop"), ("zory-1-2", "pop")]
    assert result.assumed["sites", "site_class", "pop"] == 2
    assert "prefix:10-9-0-0-16" in result.left_out


@given(st.text(max_size=90))
def test_any_name_becomes_one_slug(text: str) -> None:
    slug = slug_of(text)
    assert NOUNS["zones"].model_validate({"slug": slug, "name": "x", "site_class": "pop"})
    assert slug_of(slug) == slug


@given(st.text(max_size=60))
def test_any_port_becomes_one_name(text: str) -> None:
    name = interface_name_of(text)
    assert 0 < len(name) <= 31 and name[0].isalpha() and interface_name_of(name) == name


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [(name, name) for name in ("GigabitEthernet0/0/1", "eth0", "ge-0/0/0.100", "Port-Channel12", "bond_0")]
    + [("1/1", "p1-1"), ("Port-Channel 12", "po-12"), ("TwentyFiveGigabitEthernet10/20/30", "twe10-20-30")],
)
def test_ports_keep_their_names_where_they_can(theirs: str, ours: str) -> None:
    assert interface_name_of(theirs) == ours


@given(st.lists(st.text(max_size=20), max_size=30))
def test_names_never_meet(names: list[str]) -> None:
    taken: dict[str, int] = {}
    for number, name in enumerate(names):
        key = unused(slug_of(name), taken, number)
        taken[key] = number
    assert len(taken) == len(names)


@given(st.integers(1, 10**7), st.integers(1, 10**7))
def test_rates_are_the_same_when_written_the_same(down: int, up: int) -> None:
    ours = {"rate": {"down": down * 1000, "up": up * 1000}}
    assert RATE.agrees(RATE.write(ours), ours) and RATE.read(RATE.write(ours), {}) == ours["rate"]


WORD = st.from_regex(r"[A-Za-zżółć]{2,12}", fullmatch=True)


@given(WORD, st.none() | st.from_regex(r"[1-9][0-9]{0,2}[a-c]?", fullmatch=True), st.none() | st.just("44-100"), WORD)
def test_places_are_read_from_one_line(street: str, number: str | None, code: str | None, town: str) -> None:
    place = {"street": f"ul. {street}", "house_number": number, "postal_code": code, "city": town}
    found = read_place({"physical_address": write_place(place)}, {"address": {"terc": "2466011"}})
    assert found == place | {"terc": "2466011"}


def test_addresses_are_compared_as_addresses(rows: Rows, city: Network) -> None:
    """NetBox may write an address of the sixth version in another way."""
    said = copy.deepcopy(rows)
    for _, row in said[m.ADDRESSES]:
        address = ip_interface(row["address"])
        row["address"] = f"{address.ip.exploded}/{address.network.prefixlen}"
    assert absorbed(said, city, everything(city)).network == city


def test_a_port_that_says_nonsense_is_still_a_port(rows: Rows) -> None:
    said = copy.deepcopy(rows)
    row_of(said, m.INTERFACES, name="eth5")["cf_silesia_kind"] = "nonsense"
    result = absorbed(said, Network())
    ports = {port.name: port for device in result.network.devices for port in device.interfaces}
    assert ports["eth5"].kind == "p2p" and len(result.network.devices) == len(rows[m.DEVICES])


def test_texts_of_several_lines_become_one() -> None:
    said = {"id": 1, "name": " A\tB ", "slug": "a", "physical_address": "Rynek 1,\r\n44-100 Gliwice\n"}
    found = flatten(MODELS[m.SITES], said)
    assert (found["name"], found["physical_address"]) == ("A B", "Rynek 1, 44-100 Gliwice")


def test_keys_are_unique(city: Network) -> None:
    names = Counter(e.path for e in EXCHANGED)
    assert names[m.TAGS] == 2 and max(n for path, n in names.items() if path != m.TAGS) == 1
