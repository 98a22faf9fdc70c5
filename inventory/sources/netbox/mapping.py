"""The one table of what is exchanged with NetBox: our nouns and fields, theirs, and which side wins.

NetBox owns what it is made for: tenants, places, equipment, addresses, circuits. Every field it has no place for
is ours: it becomes a custom field ``silesia_…`` there, and what NetBox says about it is put right by the next push.
Nouns that are not here (e-services, entitlements and their exceptions, filter rules) never leave our inventory.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from inventory.diff import Body
from inventory.model.device import Interface, Role
from inventory.model.link import Medium
from inventory.model.network import NOUNS
from inventory.model.prefix import PrefixRole
from inventory.sources.netbox import models as m
from inventory.sources.netbox.models import MODELS, Model, Row
from inventory.sources.netbox.pairs import Pair, customs, known, one_of, same
from inventory.sources.netbox.values import (
    ADDRESS,
    CABLE_TYPES,
    COORDINATES,
    END_A,
    END_B,
    KEPT_ADDRESS,
    LENGTH,
    MODEL,
    PLATFORM,
    RATE,
    VENDOR,
    ZONE,
    cable_kind,
)  # fmt: skip


@dataclass(frozen=True)
class Exchanged:
    """A noun and the objects of NetBox it is exchanged with.

    Attributes:
        named: NetBox's field that holds our slug; without one a custom field holds it.
        prefix: what stands before our slugs, where NetBox's objects also serve other things.
        apart: fields that are exchanged as objects of their own.
        assumed: values for what we need and NetBox does not say; every use is reported.
    """

    noun: str
    path: str
    native: tuple[Pair, ...]
    named: str | None = "slug"
    prefix: str = ""
    apart: frozenset[str] = frozenset()
    assumed: Mapping[str, Callable[[Row], Any]] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        """The kind of objects."""
        return MODELS[self.path]

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        """Every pair: those declared, and a custom field for each other field of the noun."""
        declared = {pair.ours for pair in self.native} | self.apart | ({"slug"} if self.named else set())
        return (*self.native, *(customs(NOUNS[self.noun], frozenset(declared)) if self.model.custom else ()))

    def row(self, body: Body) -> Row:
        """What NetBox should say of a record."""
        written: Row = {self.named: self.prefix + body["slug"]} if self.named else {}
        for pair in self.pairs:
            written |= pair.write(body)
        return written

    def slugs(self, rows: Mapping[str, Row]) -> Iterator[tuple[str, Row]]:
        """Our slug and the row of every object that is a record of this noun."""
        for key, row in rows.items():
            if key.startswith(self.prefix) and ":" not in key:
                yield key[len(self.prefix) :], row


DATES = {"valid_from": "install_date", "valid_to": "termination_date"}

ORGANISATIONS = Exchanged(
    "tenants", m.TENANTS, (same("name"), same("parent", "group")), assumed={"kind": lambda _: "organisation"}
)
COMMUNES = Exchanged("tenants", m.GROUPS, (same("name"), same("parent")), assumed={"kind": lambda _: "commune"})
DEVICES = Exchanged(
    "devices",
    m.DEVICES,
    (same("site"), one_of("role", "role", Role), PLATFORM, same("room", "location"), same("serial"), VENDOR, MODEL),
    named="name",
    apart=frozenset({"interfaces"}),
    assumed={"role": lambda _: "server"},
)
CABLES = Exchanged(
    "cables",
    m.CABLES,
    (END_A, END_B, LENGTH, same("label"), known("kind", "type", CABLE_TYPES, cable_kind)),
    named=None,
    assumed={"kind": lambda _: "copper"},
)

EXCHANGED: tuple[Exchanged, ...] = (
    COMMUNES,
    ORGANISATIONS,
    Exchanged("contacts", m.CONTACTS, (same("role", "title"), same("email"), same("phone")), named="name"),
    Exchanged("projects", m.TAGS, (same("name"), same("number", "description")), prefix="project-"),
    Exchanged("providers", m.PROVIDERS, (same("name"),)),
    Exchanged(
        "sites",
        m.SITES,
        (same("name"), same("tenant"), ADDRESS, KEPT_ADDRESS, COORDINATES),
        assumed={
            "site_class": lambda _: "pop",
            "district": lambda _: "?",
            "tenant": lambda _: "netbox",
            "address": lambda row: {"street": row.get("physical_address") or "?", "city": "?", "terc": "0000000"},
            "coordinates": lambda _: {"latitude": 0.0, "longitude": 0.0},
        },
    ),
    Exchanged("rooms", m.LOCATIONS, (same("name"), same("site"))),
    Exchanged("srgs", m.TAGS, (same("name"), same("kind", "description")), prefix="srg-"),
    Exchanged(
        "circuits",
        m.CIRCUITS,
        (
            same("provider"),
            one_of("medium", "type", Medium),
            RATE,
            *(same(ours, theirs) for ours, theirs in DATES.items()),
        ),
        named="cid",
        assumed={"medium": lambda _: "leased"},
    ),
    DEVICES,
    CABLES,
    Exchanged("zones", m.ROLES, (same("name"),), prefix="zone-", assumed={"site_class": lambda _: "pop"}),
    Exchanged("vlans", m.VLANS, (same("vid"), same("name"), same("site"), ZONE), named=None),
    Exchanged(
        "prefixes",
        m.PREFIXES,
        (same("prefix"), one_of("role", "role", PrefixRole), same("site", "scope"), same("vlan")),
        named=None,
    ),
)
"""Links are exchanged too: as the cable between their ends, see ``cabling``."""

INTERFACE_PAIRS: tuple[Pair, ...] = (
    same("description"),
    *customs(Interface, frozenset({"name", "addresses", "description"})),
)
"""Fields of an interface; its addresses are objects of their own."""
