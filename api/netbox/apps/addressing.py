"""How addresses are named, which of them a device is reached at, and what e-services call them."""

from collections.abc import Sequence

from api.netbox.city import Body, City
from inventory.sources.netbox.plan import FIRST_KINDS


def address_name(device: str, interface: str, address: str) -> str:
    """Name of an address on an interface."""
    return f"{device}:{interface}:{address}"


def primary(device: Body, version: int, kinds: Sequence[str] = FIRST_KINDS) -> str | None:
    """Name of the address a device is reached by; null when it has none of the version."""
    for kind in kinds:
        for interface in device["interfaces"]:
            if interface["kind"] == kind:
                for address in interface["addresses"]:
                    if (":" in address) == (version == 6):
                        return address_name(device["slug"], interface["name"], address)
    return None


def dns_names(city: City) -> dict[str, str]:
    """The name of the e-service at an address."""

    def found(city: City) -> dict[str, str]:
        ends = (service["endpoint"] for service in city.all("services").values())
        return {address: end["dns_name"] for end in ends for address in end["addresses"]}

    return city.once("names of addresses", found)
