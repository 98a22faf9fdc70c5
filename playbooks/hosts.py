"""What Ansible is told about each device: its address, its groups, the facts playbooks ask for."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from automation.fleet import addresses
from automation.order import distances
from inventory.model.device import Device
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
    distance = distances(network)
    devices = sorted(network.configured(), key=lambda d: distance.get(d.slug, len(distance)))
    return tuple(_host(network, device, distance.get(device.slug)) for device in devices)


def group_name(kind: str, value: object) -> str:
    """A group name anybody can type: ``district_srodmiescie`` for Śródmieście."""
    plain = unicodedata.normalize("NFKD", str(value).translate(_LETTERS)).encode("ascii", "ignore").decode()
    return f"{kind}_{re.sub('[^a-z0-9]+', '_', plain.lower()).strip('_')}"


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
    found = addresses(network, device.slug)
    variables = {f"silesianet_{name}": value for name, value in facts.items()}
    variables["silesianet_addresses"] = list(found)
    if found:
        variables["ansible_host"] = found[0]
    return Host(device.slug, found, tuple(groups), variables | {"ansible_user": USER})
