"""The demonstration city on equipment of many vendors, made from the same facts: what cannot run here is simulated."""

from collections import Counter
from collections.abc import Mapping
from functools import cache

from inventory import platforms
from inventory.demo import gliwice
from inventory.model.cabling import Cable
from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.link import Link
from inventory.model.network import Network
from inventory.sources.files import load

BY_ROLE = {Role.CORE: "juniper-junos", Role.BORDER: "cisco-ios", Role.DATACENTRE: "juniper-junos"}
IN_TURN = {
    Role.POP: ("arista-eos", "huawei-vrp"),
    Role.SITE: ("cisco-ios", "mikrotik-routeros", "arista-eos", "huawei-vrp"),
    Role.HOTSPOT: ("openwrt", "mikrotik-routeros"),
}
"""Devices of a role, in the order of the inventory, take these platforms in turn."""


@cache
def mixed_city() -> Network:
    """The demonstration city on equipment of many vendors."""
    return mixed(load(gliwice()))


def mixed(city: Network) -> Network:
    """A network on equipment of many vendors; facts but platform, vendor, model and interface names stay."""
    chosen = _platforms(city)
    names = {d.slug: _names(d, chosen[d.slug]) for d in city.devices if d.slug in chosen}
    return city.model_copy(
        update={
            "devices": tuple(_device(d, chosen.get(d.slug), names) for d in city.devices),
            "links": tuple(_link(link, names) for link in city.links),
            "cables": tuple(_cable(cable, names) for cable in city.cables),
        }
    )


def _platforms(city: Network) -> dict[str, str]:
    turn = dict.fromkeys(IN_TURN, 0)
    chosen = {}
    for device in city.devices:
        if device.platform is None:
            continue
        if device.role in BY_ROLE:
            chosen[device.slug] = BY_ROLE[device.role]
        else:
            several = [name for name in IN_TURN[device.role] if _fits(device, name)]
            chosen[device.slug] = several[turn[device.role] % len(several)]
            turn[device.role] += 1
    return chosen


def _fits(device: Device, platform: str) -> bool:
    """OpenWrt filters one LAN only, and the simulated IOS router has eight ports."""
    kinds = Counter(i.kind for i in device.interfaces)
    if platform == "openwrt":
        return kinds[InterfaceKind.LAN] < 2
    return platform != "cisco-ios" or kinds.total() - kinds[InterfaceKind.LOOPBACK] - kinds[InterfaceKind.OOB] <= 8


def _names(device: Device, platform: str) -> dict[str, str]:
    """New names of a device's interfaces by the old ones: links first, then LANs."""
    naming = platforms.load(platform).naming
    found, number = {}, naming.first
    for interface in sorted(device.interfaces, key=lambda i: i.kind is InterfaceKind.LAN):
        if interface.kind is InterfaceKind.LOOPBACK:
            found[interface.name] = naming.loopback
        elif interface.kind is InterfaceKind.OOB:
            found[interface.name] = naming.oob
        else:
            found[interface.name] = naming.ethernet.format(n=number)
            number += 1
    return found


def _device(device: Device, platform: str | None, names: Mapping[str, Mapping[str, str]]) -> Device:
    own = names.get(device.slug, {})
    interfaces = tuple(_interface(i, own, names) for i in device.interfaces)
    if platform is None:
        return device.model_copy(update={"interfaces": interfaces})
    known = platforms.load(platform)
    update = {"platform": platform, "vendor": known.vendor, "model": f"{known.name} (simulated)"}
    return device.model_copy(update=update | {"interfaces": interfaces})


def _interface(interface: Interface, own: Mapping[str, str], names: Mapping[str, Mapping[str, str]]) -> Interface:
    name = own.get(interface.name, interface.name)
    plugged = interface.attached_to and _port(interface.attached_to, names)
    return interface.model_copy(update={"name": name, "attached_to": plugged})


def _link(link: Link, names: Mapping[str, Mapping[str, str]]) -> Link:
    return link.model_copy(update={"a": _port(link.a, names), "b": _port(link.b, names)})


def _cable(cable: Cable, names: Mapping[str, Mapping[str, str]]) -> Cable:
    return cable.model_copy(update={"a": _port(cable.a, names), "b": _port(cable.b, names)})


def _port(port: str, names: Mapping[str, Mapping[str, str]]) -> str:
    device, _, name = port.partition(":")
    return f"{device}:{names.get(device, {}).get(name, name)}"
