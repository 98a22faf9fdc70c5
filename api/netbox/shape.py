"""The small parts many types of NetBox share: statuses from dates, choices, tags, custom fields."""

from collections.abc import Iterable, Mapping
from functools import cache

from orjson import Fragment

from api.netbox.city import Body, City
from api.netbox.kind import Document
from inventory.sources.netbox.mapping import EXCHANGED
from inventory.sources.netbox.models import CUSTOM, OURS
from inventory.sources.netbox.pairs import Pair

type Labels = Mapping[str, str]

PLANNED, ACTIVE = "planned", "active"

SITE_STATUS = {
    PLANNED: "Planned", "staging": "Staging", ACTIVE: "Active", "decommissioning": "Decommissioning",
    "retired": "Retired",
}  # fmt: skip
DEVICE_STATUS = {
    "offline": "Offline", ACTIVE: "Active", PLANNED: "Planned", "staged": "Staged", "failed": "Failed",
    "inventory": "Inventory", "decommissioning": "Decommissioning",
}  # fmt: skip
PREFIX_STATUS = {"container": "Container", ACTIVE: "Active", "reserved": "Reserved", "deprecated": "Deprecated"}
ADDRESS_STATUS = {
    ACTIVE: "Active", "reserved": "Reserved", "deprecated": "Deprecated", "dhcp": "DHCP", "slaac": "SLAAC",
}  # fmt: skip
VLAN_STATUS = {ACTIVE: "Active", "reserved": "Reserved", "deprecated": "Deprecated"}
CABLE_STATUS = {"connected": "Connected", PLANNED: "Planned", "decommissioning": "Decommissioning"}
CIRCUIT_STATUS = {
    PLANNED: "Planned", "provisioning": "Provisioning", ACTIVE: "Active", "offline": "Offline",
    "deprovisioning": "Deprovisioning", "decommissioned": "Decommissioned",
}  # fmt: skip
FAMILY = {"4": "IPv4", "6": "IPv6"}


def choice(labels: Labels, value: str) -> Document:
    """A value of a fixed set, as NetBox shows it."""
    return {"value": value, "label": labels[value]}


def family(address: str) -> Document:
    """The IP version of an address or a prefix."""
    version = 6 if ":" in address else 4
    return {"value": version, "label": FAMILY[str(version)]}


def when(city: City, body: Body, *, before: str, during: str, after: str) -> str:
    """The status that follows from the days a record is in force."""
    day, begin, end = city.day.isoformat(), body.get("valid_from"), body.get("valid_to")
    if begin is not None and day < begin:
        return before
    return after if end is not None and end < day else during


def custom(path: str, noun: str, body: Body) -> Document:
    """Facts NetBox has no field for, under the names the push to a NetBox gives them."""
    return {theirs: body.get(ours) for theirs, ours in _customs(path, noun)}


@cache
def _customs(path: str, noun: str) -> tuple[tuple[str, str], ...]:
    """(custom field, field of the noun) of a type of NetBox."""
    tables = [exchanged for exchanged in EXCHANGED if (exchanged.path, exchanged.noun) == (path, noun)]
    return custom_names(pair for table in tables for pair in table.pairs)


def custom_names(pairs: Iterable[Pair]) -> tuple[tuple[str, str], ...]:
    """(custom field, our field) of those pairs that are custom fields."""
    cut = len(CUSTOM) - len(OURS)
    return tuple((pair.theirs[0][cut:], pair.ours) for pair in pairs if pair.theirs[0].startswith(CUSTOM))


def class_tag(city: City, site: Body | None) -> list[Fragment]:
    """The class of a site as a tag."""
    found = None if site is None else city.nested("extras/tags", f"class-{site['site_class']}")
    return [] if found is None else [found]
