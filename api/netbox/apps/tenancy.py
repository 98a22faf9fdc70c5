"""Everything of NetBox's app ``tenancy``: programme and communes are groups, every tenant is a tenant; contacts."""

from collections.abc import Iterator

from api.netbox.city import Body, City
from api.netbox.kind import COMMON, Document, Item, Kind
from api.netbox.shape import custom
from inventory.model.tenant import TenantKind

GROUPS, TENANTS, CONTACTS = "tenancy/tenant-groups", "tenancy/tenants", "tenancy/contacts"
ORGANISATION = TenantKind.ORGANISATION.value


def _groups(city: City) -> Iterator[tuple[str, Item]]:
    """Programme and communes, and whatever has others below it."""
    parents = city.by("tenants", "parent")
    yield from ((s, body) for s, body in city.all("tenants").items() if body["kind"] != ORGANISATION or s in parents)


def _above(city: City, tenant: Body) -> list[str]:
    """The groups a tenant is in, nearest first."""
    seen: list[str] = []
    above = tenant.get("parent")
    while above is not None and above not in seen:
        seen.append(above)
        above = city.all("tenants").get(above, {}).get("parent")
    return seen


def _lines(city: City) -> list[str]:
    return [group for _, tenant in _tenants(city) for group in _above(city, tenant)]


def _named(_city: City, body: Body) -> Document:
    return {"name": body["name"], "slug": body["slug"], "description": ""}


def _group_stub(city: City, body: Body) -> Document:
    below = city.tally("tenants below a group", _lines)
    return _named(city, body) | {"tenant_count": below[body["slug"]], "_depth": len(_above(city, body))}


def _group(city: City, body: Body) -> Document:
    return {
        "parent": city.nested(GROUPS, body.get("parent")),
        "custom_fields": custom(GROUPS, "tenants", body),
    }


def _tenants(city: City) -> Iterator[tuple[str, Item]]:
    """Organisations, and whoever sites belong to: groups own nothing in NetBox."""
    owners = city.by("sites", "tenant")
    yield from ((s, body) for s, body in city.all("tenants").items() if body["kind"] == ORGANISATION or s in owners)


def _tenant(city: City, body: Body) -> Document:
    slug = body["slug"]
    sites = city.by("sites", "tenant").get(slug, [])
    return {
        "group": city.nested(GROUPS, body.get("parent")),
        "custom_fields": custom(TENANTS, "tenants", body),
        "device_count": sum(city.count("devices", "site", site["slug"]) for site in sites),
        "prefix_count": sum(city.count("prefixes", "site", site["slug"]) for site in sites),
        "site_count": len(sites),
    }


def _contacts(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("contacts").items()


def _contact_stub(_city: City, body: Body) -> Document:
    return {"name": body["slug"], "description": ""}


def _contact(_city: City, body: Body) -> Document:
    told = {"title": body["role"], "phone": body.get("phone") or "", "email": body.get("email") or ""}
    return {**told, "custom_fields": custom(CONTACTS, "contacts", body)}


KINDS = (
    Kind(
        GROUPS, "tenancy.tenantgroup",
        "id url display_url display name slug parent description tags custom_fields created last_updated tenant_count "
        "owner comments _depth",
        "id url display name slug description tenant_count _depth",
        items=_groups, stub=_group_stub, rest=_group, references={"parent": GROUPS},
    ),
    Kind(
        TENANTS, "tenancy.tenant",
        f"id url display_url display name slug group {COMMON} circuit_count device_count ipaddress_count prefix_count "
        "rack_count site_count virtualmachine_count vlan_count vrf_count cluster_count",
        "id url display name slug description",
        items=_tenants, stub=_named, rest=_tenant, references={"group": GROUPS},
    ),
    Kind(
        CONTACTS, "tenancy.contact",
        f"id url display_url display groups name title phone email address link {COMMON}",
        "id url display name description",
        items=_contacts, stub=_contact_stub, rest=_contact, search=("name", "email", "phone"),
    ),
)  # fmt: skip
"""Tenant groups, tenants, contacts."""
