"""Devices: where they stand, what they are, and by which addresses they are reached."""

from collections.abc import Iterator

from api.netbox.apps.addressing import dns_names, primary
from api.netbox.apps.catalogue import type_slug, vendor_of
from api.netbox.apps.places import ESERVICES, entitled, region_line
from api.netbox.city import ROOT, Body, City
from api.netbox.kind import Document, Item, Kind
from api.netbox.shape import DEVICE_STATUS, choice, class_tag, custom, when
from inventory.sources.netbox.models import OURS
from inventory.sources.netbox.names import slug_of


def _devices(city: City) -> Iterator[tuple[str, Item]]:
    yield from city.all("devices").items()


def _stub(_city: City, device: Body) -> Document:
    return {"name": device["slug"], "description": ""}


def _device(city: City, device: Body) -> Document:
    site = city.all("sites").get(device["site"])
    v4, v6 = (_reached_at(city, primary(device, version)) for version in (4, 6))
    return {
        "display_url": f"{ROOT}/devices/{device['slug']}",
        "device_type": city.nested("dcim/device-types", type_slug(device)),
        "role": city.nested("dcim/device-roles", device["role"]),
        "tenant": city.nested("tenancy/tenants", _tenant(city, device)),
        "platform": city.nested("dcim/platforms", device.get("platform")),
        "serial": device.get("serial") or "",
        "site": city.nested("dcim/sites", device["site"]),
        "location": city.nested("dcim/locations", device.get("room")),
        "status": choice(DEVICE_STATUS, status_of(city, device)),
        "primary_ip": v4 or v6,
        "primary_ip4": v4,
        "primary_ip6": v6,
        "oob_ip": _reached_at(city, primary(device, 4, ("oob",))),
        "config_context": {},
        "tags": class_tag(city, site),
        "custom_fields": custom("dcim/devices", "devices", device) | _facts(city, site),
        "interface_count": len(device["interfaces"]),
    }


def _reached_at(city: City, name: str | None) -> Document | None:
    """An address as devices show theirs."""
    found = None if name is None else city.known_by("ipam/ip-addresses", name)
    if found is None:
        return None
    said = dns_names(city).get(found["address"].partition("/")[0], "")
    return found | {"dns_name": said, "nat_inside": None, "nat_outside": []}


def status_of(city: City, device: Body) -> str:
    """Planned before its dates, offline after them."""
    return when(city, device, before="planned", during="active", after="offline")


def _facts(city: City, site: Body | None) -> Document:
    """What the site of a device says, for inventories that look at devices only."""
    if site is None:
        return {f"{OURS}site_class": None, f"{OURS}people_served": None, ESERVICES: []}
    return {
        f"{OURS}site_class": site["site_class"],
        f"{OURS}people_served": site["people_served"],
        ESERVICES: city.once(f"services of {site['slug']}", lambda c: entitled(c, site)),
    }


def _site(city: City, device: Body) -> Body:
    return city.all("sites").get(device["site"], {})


def _tenant(city: City, device: Body) -> str | None:
    return _site(city, device).get("tenant")


def _class(city: City, device: Body) -> str | None:
    return _site(city, device).get("site_class")


def _regions(city: City, device: Body) -> list[str]:
    site = _site(city, device)
    return region_line(site) if site else []


KIND = Kind(
    "dcim/devices", "dcim.device",
    "id url display_url display name device_type role tenant platform serial asset_tag site location rack position "
    "face latitude longitude parent_device status airflow cooling_method primary_ip primary_ip4 primary_ip6 oob_ip "
    "cluster virtual_chassis vc_position vc_priority description owner comments config_template config_context "
    "local_context_data tags custom_fields created last_updated console_port_count console_server_port_count "
    "power_port_count power_outlet_count cooling_intake_count cooling_outflow_count interface_count "
    "front_port_count rear_port_count device_bay_count module_bay_count inventory_item_count",
    "id url display name description",
    items=_devices, stub=_stub, rest=_device, choices={"status": DEVICE_STATUS},
    references={
        "site": "dcim/sites", "role": "dcim/device-roles", "device_type": "dcim/device-types",
        "platform": "dcim/platforms", "tenant": "tenancy/tenants", "location": "dcim/locations",
        "region": "dcim/regions", "site_group": "dcim/site-groups", "manufacturer": "dcim/manufacturers",
        "rack": "dcim/racks", "cluster": "virtualization/clusters",
    },
    finds={
        "name": lambda _, device: device["slug"],
        "serial": lambda _, device: (device.get("serial") or "").casefold(),
        "site": lambda _, device: device["site"],
        "site_id": lambda city, device: city.number("dcim/sites", device["site"]),
        "role": lambda _, device: device["role"],
        "role_id": lambda city, device: city.number("dcim/device-roles", device["role"]),
        "status": status_of,
        "platform": lambda _, device: device.get("platform"),
        "device_type": lambda _, device: type_slug(device),
        "model": lambda _, device: type_slug(device),
        "manufacturer": lambda _, device: slug_of(vendor_of(device)),
        "manufacturer_id": lambda city, device: city.number("dcim/manufacturers", slug_of(vendor_of(device))),
        "tenant": _tenant,
        "tag": lambda city, device: f"class-{_class(city, device)}",
        "site_group": _class,
        "site_group_id": lambda city, device: city.number("dcim/site-groups", str(_class(city, device))),
        "region": _regions,
        "region_id": lambda city, device: [city.number("dcim/regions", slug) for slug in _regions(city, device)],
        "has_primary_ip": lambda _, device: primary(device, 4) is not None or primary(device, 6) is not None,
        "has_oob_ip": lambda _, device: primary(device, 4, ("oob",)) is not None,
        "interfaces": lambda _, device: bool(device["interfaces"]),
        "virtual_chassis_member": lambda _city, _device: False,
    },
    folded=frozenset({"name", "serial"}), search=("name", "serial"),
)  # fmt: skip
"""Devices."""
