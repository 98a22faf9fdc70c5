"""What Ansible is told about each device: its address, its groups, the facts playbooks ask for."""

import re
import unicodedata
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from inventory.model.device import Device, InterfaceKind
from inventory.model.network import Network

USER = "silesianet"
_LETTERS = str.maketrans({"ł": "l", "Ł": "L"})


@dataclass(frozen=True)
class Host:
    """A device as Ansible sees it; ``addresses`` are tried in order."""

    name: str
    addresses: tuple[str, ...]
    groups: tuple[str, ...]
    variables: dict[str, Any]


def hosts_of(network: Network) -> tuple[Host, ...]:
    """Every configured device, nearest to the management station first."""
    distance = _distances(network)
    devices = sorted(network.configured(), key=lambda d: distance.get(d.slug, len(distance)))
    return tuple(_host(network, device, distance.get(device.slug)) for device in devices)


def group_name(kind: str, value: object) -> str:
    """A group name anybody can type: ``district_srodmiescie`` for Śródmieście."""
    plain = unicodedata.normalize("NFKD", str(value).translate(_LETTERS)).encode("ascii", "ignore").decode()
    return f"{kind}_{re.sub('[^a-z0-9]+', '_', plain.lower()).strip('_')}"


def addresses_of(network: Network, device: Device) -> tuple[str, ...]:
    """Management addresses: out of band, loopback, then uplinks, which alone answer before the first configuration."""
    ports = {end[1] for link in network.uplinks(device.slug) for end in link.ends if end[0] == device.slug}
    wanted = [device.first(InterfaceKind.OOB), device.first(InterfaceKind.LOOPBACK)]
    wanted += [i for i in device.interfaces if i.name in ports]
    return tuple(str(i.ipv4.ip) for i in wanted if i is not None and i.ipv4 is not None)


def _host(network: Network, device: Device, hops: int | None) -> Host:
    site = network.site[device.site]
    facts: dict[str, Any] = {
        "role": device.role.value,
        "platform": device.platform,
        "site": site.slug,
        "site_name": site.name,
        "site_class": site.site_class.value,
        "tenant": site.tenant,
        "district": site.district,
        "hops": hops,
    }
    kinds = {"role": "role", "class": "site_class", "platform": "platform", "tenant": "tenant", "district": "district"}
    groups = [group_name(kind, facts[fact]) for kind, fact in kinds.items()]
    if hops is not None:
        groups.append(f"hops_{hops}")
    addresses = addresses_of(network, device)
    variables = {f"silesianet_{name}": value for name, value in facts.items()}
    variables["silesianet_addresses"] = list(addresses)
    if addresses:
        variables["ansible_host"] = addresses[0]
    return Host(device.slug, addresses, tuple(groups), variables | {"ansible_user": USER})


def _distances(network: Network) -> dict[str, int]:
    """Hops from the management station over links and LAN ports, by device."""
    if network.noc is None:
        return {}
    found, queue = {network.noc.slug: 0}, deque([network.noc.slug])
    while queue:
        name = queue.popleft()
        for neighbour in _neighbours(network, name):
            if neighbour not in found:
                found[neighbour] = found[name] + 1
                queue.append(neighbour)
    return found


def _neighbours(network: Network, name: str) -> Iterator[str]:
    for link in network.links_of.get(name, ()):
        yield from (device for device in link.devices if device != name)
    for interface in network.device[name].interfaces:
        if interface.attached_to is not None:
            yield interface.attached_to.partition(":")[0]
