"""The kinds of objects we exchange with a NetBox, in an order in which each refers only to those before it.

Inside this room an object is a row: its fields by NetBox's names, references written as keys instead of numbers.
The key of an object is our slug, or what takes its place (``device:interface``, ``vendor::model``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, Any]
"""Fields by name; ours are ``cf_silesia_…``."""
Shelf = dict[str, dict[str, Row]]
"""Rows by path and key."""

OURS = "silesia_"
CUSTOM = f"cf_{OURS}"
"""How our custom fields are named in NetBox, and in rows."""


@dataclass(frozen=True)
class Model:
    """One kind of object.

    Attributes:
        path: where it is under ``/api/``.
        type: its name in the change log and in references of mixed kind.
        plain: fields taken as they are.
        refs: field → path of the objects it refers to.
        mixed: fields of mixed kind (``NAME_type`` and ``NAME_id``) → the one kind we understand.
        natural: the fields by which an object is known to be the same as ours, before it was ever exchanged.
        on_create: what an object made by us begins with.
        custom: whether it has custom fields.
    """

    path: str
    type: str
    plain: tuple[str, ...]
    refs: Mapping[str, str] = field(default_factory=dict)
    mixed: Mapping[str, str] = field(default_factory=dict)
    natural: tuple[str, ...] = ("slug",)
    on_create: Mapping[str, Any] = field(default_factory=dict)
    custom: bool = True

    @property
    def asked(self) -> str:
        """The fields to ask NetBox for; it works much less when it is asked for few."""
        mixed = [f"{name}_{part}" for name in self.mixed for part in ("type", "id")]
        ends = ["a_terminations", "b_terminations"] if self.path == CABLES else []
        return ",".join(["id", *self.plain, *self.refs, *mixed, *ends, *(["custom_fields"] if self.custom else [])])

    def right(self, verb: str) -> str:
        """The permission needed for ``view``, ``add``, ``change`` or ``delete``."""
        app, _, name = self.type.partition(".")
        return f"{app}.{verb}_{name}"


NAMED = ("name", "slug")
ACTIVE = {"status": "active"}
CABLES, INTERFACES, DEVICES, SITES = "dcim/cables", "dcim/interfaces", "dcim/devices", "dcim/sites"
ADDRESSES, PREFIXES, TERMINATIONS = "ipam/ip-addresses", "ipam/prefixes", "circuits/circuit-terminations"
GROUPS, TENANTS, TAGS, ROLES = "tenancy/tenant-groups", "tenancy/tenants", "extras/tags", "ipam/roles"
MAKERS, TYPES, LOCATIONS, VLANS = "dcim/manufacturers", "dcim/device-types", "dcim/locations", "ipam/vlans"
CIRCUITS, KINDS, PROVIDERS, CONTACTS = (
    "circuits/circuits",
    "circuits/circuit-types",
    "circuits/providers",
    "tenancy/contacts",
)
DEVICE_ROLES, PLATFORMS = "dcim/device-roles", "dcim/platforms"

_ALL = (
    Model(TAGS, "extras.tag", (*NAMED, "description"), custom=False),
    Model(GROUPS, "tenancy.tenantgroup", NAMED, {"parent": GROUPS}),
    Model(TENANTS, "tenancy.tenant", NAMED, {"group": GROUPS}),
    Model(CONTACTS, "tenancy.contact", ("name", "title", "phone", "email"), natural=("name",)),
    Model(PROVIDERS, "circuits.provider", NAMED),
    Model(KINDS, "circuits.circuittype", NAMED),
    Model(MAKERS, "dcim.manufacturer", NAMED),
    Model(TYPES, "dcim.devicetype", ("model", "slug"), {"manufacturer": MAKERS}, natural=("manufacturer", "model")),
    Model(DEVICE_ROLES, "dcim.devicerole", NAMED),
    Model(PLATFORMS, "dcim.platform", NAMED),
    Model(ROLES, "ipam.role", NAMED),
    Model(
        SITES,
        "dcim.site",
        (*NAMED, "physical_address", "latitude", "longitude"),
        {"tenant": TENANTS},
        on_create=ACTIVE,
    ),
    Model(LOCATIONS, "dcim.location", NAMED, {"site": SITES}, natural=("site", "slug"), on_create=ACTIVE),
    Model(
        DEVICES,
        "dcim.device",
        ("name", "serial", "primary_ip4", "primary_ip6"),
        {"device_type": TYPES, "role": DEVICE_ROLES, "platform": PLATFORMS, "site": SITES, "location": LOCATIONS},
        natural=("name",),
        on_create=ACTIVE,
    ),
    Model(
        INTERFACES,
        "dcim.interface",
        ("name", "type", "description", "mgmt_only"),
        {"device": DEVICES},
        natural=("device", "name"),
    ),
    Model(
        VLANS,
        "ipam.vlan",
        ("vid", "name"),
        {"site": SITES, "role": ROLES},
        natural=("site", "vid"),
        on_create=ACTIVE,
    ),
    Model(
        PREFIXES,
        "ipam.prefix",
        ("prefix", "vrf"),
        {"role": ROLES, "vlan": VLANS},
        {"scope": SITES},
        natural=("prefix", "vrf"),
        on_create=ACTIVE,
    ),
    Model(
        ADDRESSES,
        "ipam.ipaddress",
        ("address",),
        {},
        {"assigned_object": INTERFACES},
        natural=("assigned_object", "address"),
        on_create=ACTIVE,
        custom=False,
    ),
    Model(
        CIRCUITS,
        "circuits.circuit",
        ("cid", "install_date", "termination_date", "commit_rate"),
        {"provider": PROVIDERS, "type": KINDS},
        natural=("cid",),
        on_create=ACTIVE,
    ),
    Model(
        TERMINATIONS,
        "circuits.circuittermination",
        ("term_side", "port_speed", "upstream_speed"),
        {"circuit": CIRCUITS},
        {"termination": SITES},
        natural=("circuit", "term_side"),
        custom=False,
    ),
    Model(CABLES, "dcim.cable", ("type", "label", "length", "length_unit"), natural=("ends",)),
)
MODELS: dict[str, Model] = {model.path: model for model in _ALL}
OF_TYPE: dict[str, Model] = {model.type: model for model in _ALL}
