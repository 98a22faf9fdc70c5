"""Everything of NetBox's app ``extras``: tags for classes of sites, funding projects and risk groups; custom fields."""

from collections.abc import Iterator

from api.netbox.city import Body, City
from api.netbox.kind import Document, Item, Kind
from api.netbox.shape import choice
from inventory.sources.netbox.models import OURS

TAGS = "extras/tags"
GREY = "9e9e9e"
FIELD_TYPE = {
    "text": "Text", "integer": "Integer", "decimal": "Decimal", "boolean": "Boolean (true/false)", "date": "Date",
    "json": "JSON",
}  # fmt: skip


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


def _custom_fields(_city: City) -> Iterator[tuple[str, Item]]:
    """(name, type, kinds of objects) of those that the push to a NetBox makes there."""
    from inventory.sources.netbox.fields import wanted  # brings an HTTP client that takes a moment to load

    yield from ((name, (name, kind, sorted(types))) for name, (kind, types) in wanted().items())


def _custom_field_stub(_city: City, item: Item) -> Document:
    name, _, _ = item
    return {"display": name.removeprefix(OURS).replace("_", " "), "name": name, "description": ""}


def _custom_field(_city: City, item: Item) -> Document:
    name, kind, types = item
    label = name.removeprefix(OURS).replace("_", " ")
    return {"object_types": types, "type": choice(FIELD_TYPE, kind), "label": label, "group_name": "SilesiaNet"}


KINDS = (
    Kind(
        TAGS, "extras.tag",
        "id url display_url display name slug color description weight object_types tagged_items created last_updated",
        "id url display name slug color description",
        items=_tags, stub=_stub, rest=_tag,
    ),
    Kind(
        "extras/custom-fields", "extras.customfield",
        "id url display_url display object_types type related_object_type data_type name label group_name description "
        "required unique search_weight filter_logic ui_visible ui_editable is_cloneable nulls_first default "
        "related_object_filter weight validation_minimum validation_maximum validation_regex validation_schema "
        "choice_set status owner comments created last_updated",
        "id url display name description",
        items=_custom_fields, stub=_custom_field_stub, rest=_custom_field, choices={"type": FIELD_TYPE},
        finds={"object_types": lambda _, item: item[2], "object_type": lambda _, item: item[2]},
    ),
)  # fmt: skip
"""Tags, custom fields."""
