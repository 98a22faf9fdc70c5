"""Two NetBoxes side by side: what is the same, and which differences between ours and the real one are meant."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import requests

type Row = dict[str, Any]

NUMBERS = frozenset({"id", "url", "display_url", "created", "last_updated"})
"""Every NetBox has its own."""

GUESSED = frozenset({"device_count", "virtualmachine_count", "tenant_count", "rack_count", "dns_name"})
"""Fields of objects inside others: the real one shows 0 there, ours what is true."""

MEANT: Mapping[str, Mapping[str, str]] = {
    "dcim/sites": {
        "region": "districts are regions here; a push tells NetBox none",
        "group": "the class of a site is its group here",
        "time_zone": "always Europe/Warsaw here",
        "tags": "the class of a site is a tag here",
    },
    "dcim/devices": {
        "tenant": "the tenant of the site; a push leaves it empty",
        "primary_ip": "IPv4 before IPv6, as NetBox does with PREFER_IPV4",
        "oob_ip": "the out-of-band port; a push leaves it empty",
        "tags": "the class of the site",
    },
    "dcim/platforms": {"napalm_driver": "kept here; NetBox 4.7 has no such field"},
    "dcim/interfaces": {"connected_endpoints": "the far end of the link, patch panels passed through"},
    "dcim/cables": {"display": "a cable without a label is called after its link, not after its id"},
    "ipam/vlans": {"tenant": "the tenant of the site"},
    "ipam/prefixes": {"tenant": "the tenant of the site"},
    "ipam/ip-addresses": {
        "tenant": "the tenant of the site",
        "role": "loopbacks are said to be such",
        "dns_name": "the name of the e-service that answers there",
    },
    "tenancy/tenants": {"device_count": "devices have tenants here", "prefix_count": "prefixes have tenants here"},
}
"""Fields that differ, and why."""

MORE = {"silesia_eservices", "silesia_site_class", "silesia_people_served"}
"""Custom fields that are only here: what may be used at a site, and on devices what its site says."""

ONLY_HERE = {
    "dcim/regions": "districts and their towns",
    "dcim/site-groups": "classes of sites",
    "ipam/services": "e-services never leave our inventory",
}
"""Types of which a push tells NetBox nothing."""


@dataclass(frozen=True)
class Door:
    """Where a NetBox is, or what behaves like one, and a token for it."""

    url: str
    token: str

    def ask(self, query: str, token: str | None = None) -> requests.Response:
        """The answer to a question below ``/api/``."""
        given = self.token if token is None else token
        keyword = "Bearer" if given.startswith("nbt_") else "Token"
        headers = {"Authorization": f"{keyword} {given}"} if given else {}
        return requests.get(f"{self.url}/api/{query}", headers=headers, timeout=60)

    def rows(self, path: str) -> list[Row]:
        """Every object of a type."""
        found: list[Row] = []
        address: str | None = f"{path}/?limit=0"
        while address:
            page = self.ask(address).json()
            found += page["results"]
            address = (page["next"] or "").partition("/api/")[2]
        return found


def name_of(row: Row) -> Any:
    """What makes an object the same in both."""
    if row.get("assigned_object"):
        return name_of(row["assigned_object"]), row["address"]
    if row.get("a_terminations"):
        return tuple(sorted(name_of(end["object"]) for end in (*row["a_terminations"], *row["b_terminations"])))
    if "device" in row:
        return row["device"]["name"], row["name"]
    if "term_side" in row:
        return row["circuit"]["cid"], row["term_side"]
    if "vid" in row:
        return row["site"]["slug"], row["vid"]
    return next(row[key] for key in ("slug", "name", "cid", "prefix") if key in row)


def different(ours: Any, theirs: Any, where: str = "") -> list[str]:
    """Paths below which ours says something else than theirs; what ours says beyond theirs is not looked at.

    Numbers are left out, and inside other objects what the real one does not fill, and names of cables without a
    label, which are numbers there.
    """
    if isinstance(ours, dict) and isinstance(theirs, dict):
        skipped = NUMBERS | {key for key in theirs if key.endswith("_id") or (where and key in GUESSED)}
        skipped |= {"display"} if where and "label" in theirs else set()
        return [
            path for key in theirs.keys() - skipped for path in different(ours.get(key), theirs[key], f"{where}.{key}")
        ]
    if isinstance(ours, list) and isinstance(theirs, list) and len(ours) == len(theirs):
        return [path for one, other in zip(ours, theirs, strict=True) for path in different(one, other, where)]
    return [] if ours == theirs else [f"{where.strip('.')}: {ours!r} here, {theirs!r} there"]
