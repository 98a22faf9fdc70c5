"""Devices and their platforms: what the inventory calls by a name, the device has to know by it."""

import re
from collections.abc import Iterator

from inventory import platforms
from inventory.checks.finding import Flaw, Severity, Subject, rule


@rule("platform-known", Severity.ERROR)
def platform_known(subject: Subject) -> Iterator[Flaw]:
    """The platform of a device is one that can be rendered."""
    known = platforms.known()
    for device in subject.network.devices:
        if device.platform is not None and device.platform not in known:
            problem = f"platform {device.platform!r} is not known"
            yield Flaw("devices", device.slug, problem, f"use one of {', '.join(sorted(known))}")


@rule("interface-name", Severity.WARNING)
def interface_name(subject: Subject) -> Iterator[Flaw]:
    """The platform of a device knows interfaces of such names; a change of it fails otherwise."""
    known = platforms.known()
    for device in subject.network.devices:
        if device.platform is None or device.platform not in known:
            continue
        platform = platforms.load(device.platform)
        for interface in device.interfaces:
            if not re.fullmatch(platform.interface_name, interface.name):
                problem = f"{platform.name} has no interface {interface.name}"
                yield Flaw("devices", device.slug, problem, f"spell it as the device does: {platform.interface_name}")
