"""NetBox's places from ours: districts are regions, classes are site groups, rooms are locations."""

from collections.abc import Iterator

from api.netbox.apps.ends import terminations
from api.netbox.city import Body, City
from api.netbox.kind import Document, Item, Kind
from api.netbox.shape import SITE_STATUS, choice, class_tag, custom, when
from inventory.sources.netbox.models import OURS
from inventory.sources.netbox.names import slug_of
from inventory.sources.netbox.values import write_place

ESERVICES = f"{OURS}eservices"
"""Custom field that only we can show: e-services never leave our inventory."""


def _regions(city: City) -> Iterator[tuple[str, Item]]:
    """Towns first, each followed by its districts."""
    towns: dict[str, dict[str, None]] = {}
    for site in city.all("sites").values():
        towns.setdefault(site["address"]["city"], {})[site["district"]] = None
    for town in sorted(towns):
        yield slug_of(town), (town, None)
        for district in sorted(towns[town]):
            yield district_slug(town, district), (district, town)


def district_slug(town: str, district: str) -> str:
    """The slug of a district."""
    return f"{slug_of(town)}-{slug_of(district)}"


def _region_of(site: Body) -> str:
    return district_slug(site["address"]["city"], site["district"])


def _region_stub(_city: City, item: Item) -> Document:
    name, town = item
    slug = slug_of(name) if town is None else district_slug(town, name)
    return {"name": name, "slug": slug, "description": "", "_depth": 0 if town is None else 1}


def _region(city: City, item: Item) -> Document:
    name, town = item
    sites = city.tally("sites of a region", lambda c: [r for s in c.all("sites").values() for r in region_line(s)])
    slug = slug_of(name) if town is None else district_slug(town, name)
    return {"parent": city.nested("dcim/regions", town and slug_of(town)), "site_count": sites[slug]}


def region_line(site: Body) -> list[str]:
    """The region of a site and the one above it."""
    return [_region_of(site), slug_of(site["address"]["city"])]


def _groups(city: City) -> Iterator[tuple[str, Item]]:
    for name in sorted({site["site_class"] for site in city.all("sites").values()}):
        yield name, name


def _group_stub(_city: City, name: Item) -> Document:
    return {"name": name, "slug": name, "description": "", "_depth": 0}


def _group(city: City, name: Item) -> Document:
    return {"site_count": city.count("sites", "site_class", name)}


def _sites(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("sites").items()


def _site_stub(_city: City, site: Body) -> Document:
    return {"name": site["name"], "slug": site["slug"], "description": ""}


def _site(city: City, site: Body) -> Document:
    slug, at = site["slug"], site["coordinates"]
    return {
        "status": choice(SITE_STATUS, when(city, site, before="planned", during="active", after="retired")),
        "region": city.nested("dcim/regions", _region_of(site)),
        "group": city.nested("dcim/site-groups", site["site_class"]),
        "tenant": city.nested("tenancy/tenants", site["tenant"]),
        "time_zone": "Europe/Warsaw",
        "physical_address": write_place(site["address"]),
        "latitude": round(at["latitude"], 6),
        "longitude": round(at["longitude"], 6),
        "tags": class_tag(city, site),
        "custom_fields": _facts(city, site),
        "circuit_count": city.tally("circuits that end at a site", _ends)[slug],
        "device_count": city.count("devices", "site", slug),
        "prefix_count": city.count("prefixes", "site", slug),
        "vlan_count": city.count("vlans", "site", slug),
    }


def _facts(city: City, site: Body) -> Document:
    return custom("dcim/sites", "sites", site) | {ESERVICES: entitled(city, site)}


def entitled(city: City, site: Body) -> list[str]:
    """Slugs of the e-services a site may use today."""
    classes = city.once("services of a class", _by_class)
    services = set(classes.get(site["site_class"], ()))
    for exception in city.by("exceptions", "site").get(site["slug"], ()):
        if when(city, exception, before="", during="yes", after=""):
            change = services.add if exception["effect"] == "allow" else services.discard
            change(exception["service"])
    if not when(city, site, before="", during="yes", after=""):
        return []
    alive = city.all("services")
    return sorted(s for s in services if s in alive and when(city, alive[s], before="", during="yes", after=""))


def _ends(city: City) -> list[str]:
    """The site of every end of a circuit."""
    return [site for _, (_, _, site) in terminations(city) if site is not None]


def _by_class(city: City) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for entitlement in city.all("entitlements").values():
        if when(city, entitlement, before="", during="yes", after=""):
            for name in entitlement["classes"]:
                found.setdefault(name, []).append(entitlement["service"])
    return found


def _rooms(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("rooms").items()


def _room_stub(_city: City, room: Body) -> Document:
    return {"name": room["name"], "slug": room["slug"], "description": "", "rack_count": 0, "_depth": 0}


def _room(city: City, room: Body) -> Document:
    return {
        "site": city.nested("dcim/sites", room["site"]),
        "status": choice(SITE_STATUS, when(city, room, before="planned", during="active", after="retired")),
        "custom_fields": custom("dcim/locations", "rooms", room),
        "device_count": city.count("devices", "room", room["slug"]),
    }


def _tree_fields(counts: str) -> str:
    return (
        "id url display_url display name slug parent description tags custom_fields created last_updated "
        f"{counts} owner comments _depth"
    )


KINDS = (
    Kind(
        "dcim/regions", "dcim.region", _tree_fields("site_count prefix_count"),
        "id url display name slug description site_count _depth",
        items=_regions, stub=_region_stub, rest=_region, references={"parent": "dcim/regions"},
    ),
    Kind(
        "dcim/site-groups", "dcim.sitegroup", _tree_fields("site_count prefix_count"),
        "id url display name slug description site_count _depth",
        items=_groups, stub=_group_stub, rest=_group, references={"parent": "dcim/site-groups"},
    ),
    Kind(
        "dcim/sites", "dcim.site",
        "id url display_url display name slug status region group tenant facility time_zone description "
        "physical_address shipping_address latitude longitude owner comments asns tags custom_fields created "
        "last_updated circuit_count device_count prefix_count rack_count virtualmachine_count vlan_count",
        "id url display name description slug",
        items=_sites, stub=_site_stub, rest=_site, choices={"status": SITE_STATUS},
        references={"region": "dcim/regions", "group": "dcim/site-groups", "tenant": "tenancy/tenants"},
        finds={
            "name": lambda _, site: site["name"], "slug": lambda _, site: site["slug"],
            "region": lambda _, site: region_line(site),
            "region_id": lambda city, site: [city.number("dcim/regions", slug) for slug in region_line(site)],
        },
    ),
    Kind(
        "dcim/locations", "dcim.location",
        "id url display_url display name slug site parent status tenant facility description tags custom_fields "
        "created last_updated rack_count device_count prefix_count owner comments _depth",
        "id url display name slug description rack_count _depth",
        items=_rooms, stub=_room_stub, rest=_room, choices={"status": SITE_STATUS},
        references={"site": "dcim/sites", "parent": "dcim/locations", "tenant": "tenancy/tenants"},
    ),
)  # fmt: skip
"""Regions, site groups, sites, locations."""
