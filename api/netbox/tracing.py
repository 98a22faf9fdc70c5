"""The way of a cable from an interface on, patch panels passed through, as NetBox and pynetbox show it."""

import orjson

from api.netbox.apps.interfaces import CABLES, INTERFACES, wires
from api.netbox.city import City
from api.netbox.kind import Document

TRACED = "id url display_url type status label color length length_unit description"


def trace(city: City, name: str) -> bytes:
    """Triples of near ports, cable and far ports; none when nothing is plugged in."""
    hops: list[tuple[object, Document, object]] = []
    passed: set[str] = set()
    port: str | None = name
    while port is not None and (wire := wires(city).get(port)) is not None and wire.name not in passed:
        passed.add(wire.name)
        far = wire.far(port)
        cable = city.listing(CABLES).named(wire.name)
        told = {field: cable[field] for field in TRACED.split()}
        hops.append((_ports(city, port), told, _ports(city, far)))
        port = _behind(city, far)
    return orjson.dumps(hops)


def _ports(city: City, name: str) -> list[object]:
    found = city.nested(INTERFACES, name)
    return [] if found is None else [found]


def _behind(city: City, port: str) -> str | None:
    """The port on the other side of a patch panel; null where the port is none of a panel."""
    item = city.listing(INTERFACES).item(port)
    if item is None or item[1]["kind"] != "panel":
        return None
    device, interface = item
    behind = interface.get("rear")
    others = (other["name"] for other in device["interfaces"] if other.get("rear") == interface["name"])
    behind = behind or next(others, None)
    return None if behind is None else f"{device['slug']}:{behind}"
