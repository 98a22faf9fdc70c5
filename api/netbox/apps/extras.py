"""Everything of NetBox's app ``extras``: tags for classes of sites, funding projects and risk groups; custom fields."""

from collections.abc import Iterator

from api.netbox.city import Body, City
from api.netbox.kind import Document, Item, Kind

TAGS = "extras/tags"
GREY = "9e9e9e"


def _tags(city: City) -> Iterator[tuple[str, Item]]:
    """(name, what is said about it) by slug."""
    for name in sorted({site["site_class"] for site in city.all("sites").values()}):
        yield f"class-{name}", (f"class-{name}", f"class {name}", "")
    for slug, project in city.all("projects").items():
        yield f"project-{slug}", (f"project-{slug}", project["name"], project["number"])
    for slug, group in city.all("srgs").items():
        yield f"srg-{slug}", (f"srg-{slug}", group["name"], group["kind"])


def _stub(_city: City, item: Item) -> Document:
    slug, name, _ = item
    return {"name": name, "slug": slug, "color": GREY}


def _tag(city: City, item: Item) -> Document:
    slug, _, description = item
    site_class = slug.removeprefix("class-")
    sites: list[Body] = city.by("sites", "site_class").get(site_class, []) if site_class != slug else []
    devices = sum(city.count("devices", "site", site["slug"]) for site in sites)
    return {"description": description, "weight": 1000, "tagged_items": len(sites) + devices}


KINDS = (
    Kind(
        TAGS, "extras.tag",
        "id url display_url display name slug color description weight object_types tagged_items created last_updated",
        "id url display name slug color description",
        items=_tags, stub=_stub, rest=_tag,
    ),
)  # fmt: skip
"""Tags."""
