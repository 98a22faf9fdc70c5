"""Devices as Prometheus finds them through the plugin netbox-plugin-prometheus-sd: HTTP service discovery."""

from typing import Any

import orjson

from api.netbox.apps.addressing import primary
from api.netbox.apps.catalogue import model_of, type_slug
from api.netbox.apps.devices import status_of
from api.netbox.city import Body, City
from api.netbox.query import Parameters, read

DEVICES = "dcim/devices"
PREFIX = "__meta_netbox_"


def targets(city: City, parameters: Parameters) -> bytes:
    """A target for each device that fits the filters of the list of devices, all on one page."""
    listing = city.listing(DEVICES)
    names = (listing.names[place] for place in read(listing, parameters).of(listing))
    return orjson.dumps([{"targets": [name], "labels": _labels(city, city.all("devices")[name])} for name in names])


def _labels(city: City, device: Body) -> dict[str, str]:
    """Labels by name; what is not known has no label."""
    site = city.all("sites").get(device["site"], {})
    found: dict[str, Any] = {
        "id": city.number(DEVICES, device["slug"]),
        "name": device["slug"],
        "model": "Device",
        "status": status_of(city, device),
        "serial": device.get("serial"),
        "device_type": model_of(device),
        "device_type_slug": type_slug(device),
        "site": site.get("name"),
        "services": ",".join(service["slug"] for service in city.by("services", "host").get(device["slug"], ())),
        "custom_field_silesia_site_class": site.get("site_class"),
        **_twice("role", device["role"]),
        **_twice("platform", device.get("platform")),
        **_addresses(device),
        **_tenant(city, site),
    }
    found |= {"site_slug": site["slug"], **_class(site)} if site else {}
    return {PREFIX + name: str(value) for name, value in found.items() if value}


def _twice(name: str, value: str | None) -> dict[str, str | None]:
    """What has the same name and slug."""
    return {name: value, f"{name}_slug": value}


def _class(site: Body) -> dict[str, str]:
    return {"tags": f"class {site['site_class']}", "tag_slugs": f"class-{site['site_class']}"}


def _addresses(device: Body) -> dict[str, str]:
    by_version = {version: primary(device, version) for version in (4, 6)}
    bare = {v: name.partition("/")[0].split(":", 2)[2] for v, name in by_version.items() if name is not None}
    first = {"primary_ip": bare[min(bare)]} if bare else {}
    return first | {f"primary_ip{version}": address for version, address in bare.items()}


def _tenant(city: City, site: Body) -> dict[str, str | None]:
    tenant = city.all("tenants").get(site.get("tenant", ""), {})
    group = city.all("tenants").get(tenant.get("parent") or "", {})
    pairs = {"tenant": tenant, "tenant_group": group}
    return {f"{name}{end}": of.get(key) for name, of in pairs.items() for end, key in (("", "name"), ("_slug", "slug"))}
