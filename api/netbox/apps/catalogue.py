"""What devices are: manufacturers, device types, roles, platforms. NetBox wants all of them, our hosts name none."""

from collections.abc import Iterator

from api.netbox.city import Body, City
from api.netbox.kind import COMMON, Document, Item, Kind
from inventory import platforms
from inventory.sources.netbox.names import slug_of
from inventory.sources.netbox.values import GENERIC


def vendor_of(device: Body) -> str:
    """Name of a device's manufacturer."""
    return str(device.get("vendor") or GENERIC)


def model_of(device: Body) -> str:
    """Name of a device's type."""
    return str(device.get("model") or GENERIC)


def type_slug(device: Body) -> str:
    """Slug of a device's type, unique over all manufacturers."""
    return slug_of(f"{vendor_of(device)} {model_of(device)}")


def _manufacturers(city: City) -> Iterator[tuple[str, Item]]:
    names = {slug_of(vendor_of(d)): vendor_of(d) for d in city.all("devices").values()}
    yield from sorted(names.items())


def _named_stub(_city: City, name: Item) -> Document:
    return {"name": name, "slug": slug_of(name), "description": ""}


def _manufacturer(city: City, name: Item) -> Document:
    types = city.tally("types of a manufacturer", lambda c: [slug_of(vendor) for vendor, _ in _type_items(c).values()])
    return {"devicetype_count": types[slug_of(name)]}


def _type_items(city: City) -> dict[str, tuple[str, str]]:
    """(vendor, model) of every device type, by slug."""

    def found(city: City) -> dict[str, tuple[str, str]]:
        types = {type_slug(d): (vendor_of(d), model_of(d)) for d in city.all("devices").values()}
        return dict(sorted(types.items()))

    return city.once("device types", found)


def _type_stub(city: City, item: Item) -> Document:
    vendor, model = item
    maker = city.nested("dcim/manufacturers", slug_of(vendor))
    slug = slug_of(f"{vendor} {model}")
    used = city.tally("devices of a type", lambda c: [type_slug(d) for d in c.all("devices").values()])
    named = {"display": model, "manufacturer": maker, "model": model, "slug": slug, "description": ""}
    return named | {"device_count": used[slug]}


def _type(_city: City, _item: Item) -> Document:
    return {"u_height": 1.0, "is_full_depth": True}


def _roles(city: City) -> Iterator[tuple[str, Item]]:
    yield from ((role, role) for role in sorted(city.by("devices", "role")))


def _role_stub(city: City, role: Item) -> Document:
    count = city.count("devices", "role", role)
    named = {"name": role, "slug": role, "description": ""}
    return named | {"device_count": count, "virtualmachine_count": 0, "_depth": 0}


def _role(_city: City, _role: Item) -> Document:
    return {"color": "9e9e9e", "vm_role": True}


def _platforms(city: City) -> Iterator[tuple[str, Item]]:
    yield from ((slug, slug) for slug in sorted(p for p in city.by("devices", "platform") if p is not None))


def _platform_stub(city: City, slug: Item) -> Document:
    count = city.count("devices", "platform", slug)
    named = {"name": slug, "slug": slug, "description": ""}
    return named | {"device_count": count, "virtualmachine_count": 0, "_depth": 0}


def _platform(_city: City, slug: Item) -> Document:
    """With ``napalm_driver``, which NetBox dropped and nornir-netbox still asks for."""
    return {"napalm_driver": platforms.all()[slug].napalm if slug in platforms.all() else ""}


KINDS = (
    Kind(
        "dcim/manufacturers", "dcim.manufacturer",
        f"id url display_url display name slug {COMMON} devicetype_count moduletype_count inventoryitem_count "
        "platform_count",
        "id url display name slug description",
        items=_manufacturers, stub=_named_stub, rest=_manufacturer,
    ),
    Kind(
        "dcim/device-types", "dcim.devicetype",
        "id url display_url display manufacturer default_platform model slug part_number u_height "
        "exclude_from_utilization is_full_depth subdevice_role airflow cooling_method weight weight_unit end_of_life "
        f"front_image rear_image {COMMON} device_count console_port_template_count console_server_port_template_count "
        "power_port_template_count power_outlet_template_count cooling_intake_template_count "
        "cooling_outflow_template_count interface_template_count front_port_template_count rear_port_template_count "
        "device_bay_template_count module_bay_template_count inventory_item_template_count",
        "id url display manufacturer model slug description device_count",
        items=lambda city: _type_items(city).items(), stub=_type_stub, rest=_type,
        references={"manufacturer": "dcim/manufacturers"}, search=("model", "slug"),
    ),
    Kind(
        "dcim/device-roles", "dcim.devicerole",
        "id url display_url display name slug color vm_role config_template parent description tags custom_fields "
        "created last_updated device_count virtualmachine_count owner comments _depth",
        "id url display name slug description device_count virtualmachine_count _depth",
        items=_roles, stub=_role_stub, rest=_role,
    ),
    Kind(
        "dcim/platforms", "dcim.platform",
        "id url display_url display parent name slug manufacturer config_template napalm_driver "
        f"{COMMON} device_count virtualmachine_count _depth",
        "id url display name slug description device_count virtualmachine_count _depth",
        items=_platforms, stub=_platform_stub, rest=_platform,
    ),
)  # fmt: skip
"""Manufacturers, device types, roles, platforms."""
