"""Where circuits end: sites count them, circuits show them."""

from collections.abc import Iterator

from api.netbox.city import City
from api.netbox.kind import Item


def terminations(city: City) -> Iterator[tuple[str, Item]]:
    """Both ends of every circuit that a link rides on: the sites of the devices of its first link."""
    riding = city.by("links", "circuit")
    for slug, body in city.all("circuits").items():
        for link in riding.get(slug, ())[:1]:
            for side, port in (("A", link["a"]), ("Z", link["b"])):
                device = city.all("devices").get(port.partition(":")[0])
                yield f"{slug}:{side}", (body, side, device and device["site"])
