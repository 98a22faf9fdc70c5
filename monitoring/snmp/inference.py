"""From polls to the state of links and devices. What nobody can see is left out: blind is neither up nor down.

A link is down when an end that answers reports its port down, or has lost the OSPF adjacency it had across it, or
(far end without routing) gets no answer from that end over a port that is up, and neither was the agent of the site
behind it heard since. A device is down when it is silent and
at least two links to it, and every link whose far end answers, are down; a silent device on a single link is isolated,
because a cut of that link looks exactly the same.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from inventory.model.link import Link
from inventory.model.network import Network
from monitoring.settings import SnmpSettings
from monitoring.snmp.targets import routes
from monitoring.snmp.view import DeviceView

_SILENT = DeviceView()
_NOBODY: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one element, and the evidence for it."""

    element: str
    up: bool
    evidence: str


def findings(
    network: Network, views: Mapping[str, DeviceView], settings: SnmpSettings, heard: Mapping[str, float] = _NOBODY
) -> tuple[Finding, ...]:
    """State of every link and device that can be judged from these views.

    ``heard`` tells when the agent of each site was last heard (epoch seconds).
    """
    links = {link.slug: judge_link(network, link, views, settings, heard) for link in network.links}
    found = [finding for finding in links.values() if finding is not None]
    for name, view in views.items():
        if view.answers:
            found.append(Finding(f"device:{name}", True, "answers SNMP"))
        elif view.known and (evidence := _dead(network, name, links, views)):
            found.append(Finding(f"device:{name}", False, evidence))
    return tuple(found)


def judge_link(
    network: Network,
    link: Link,
    views: Mapping[str, DeviceView],
    settings: SnmpSettings,
    heard: Mapping[str, float] = _NOBODY,
) -> Finding | None:
    """Up or down with evidence; null when neither end can tell."""
    element = f"link:{link.slug}"
    for (device, port), _ in _both_ways(link):
        oper = views.get(device, _SILENT).oper(port)
        if oper is not None and oper != "up":
            return Finding(element, False, f"{device}:{port} is {oper}")
    alive: list[str] = []
    for (device, port), (peer, peer_port) in _both_ways(link):
        view = views.get(device, _SILENT)
        if not view.answers:
            continue
        address = _address(network, peer, peer_port)
        lost = view.missing.get(address) if address else None
        if lost is not None and lost >= settings.adjacency_polls:
            return Finding(element, False, f"{device} lost its OSPF adjacency with {peer}")
        if lost == 0:
            alive.append(f"{device} has an OSPF adjacency with {peer}")
        if not routes(network.device[peer]) and view.oper(port) == "up":
            reached = _reached(network, peer, views.get(peer, _SILENT), settings, heard)
            if reached is False:
                return Finding(element, False, f"no answer from {peer} over the up port {device}:{port}")
            if reached:
                alive.append(f"{reached} over {device}:{port}")
    return Finding(element, True, alive[0]) if alive else None


def _reached(
    network: Network, name: str, view: DeviceView, settings: SnmpSettings, heard: Mapping[str, float]
) -> str | Literal[False] | None:
    """Who was heard at or behind a device without routing; False when it is cut off, null when that is not known."""
    if view.answers:
        return f"{name} answers"
    if view.silent and heard.get(network.device[name].site, 0.0) > view.silent_since + settings.timeout:
        return f"the agent behind {name} is heard"
    return False if view.known and view.silent >= settings.silent_polls else None


def _dead(
    network: Network, name: str, links: Mapping[str, Finding | None], views: Mapping[str, DeviceView]
) -> str | None:
    """Evidence that a silent device is down, from the neighbours that answer."""
    told = 0
    for link in network.links_of[name]:
        far = next(device for device in link.devices if device != name)
        verdict = links[link.slug]
        if not views.get(far, _SILENT).answers:
            continue
        if verdict is None or verdict.up:
            return None
        told += 1
    return f"silent, and all {told} neighbours that answer see their link to it down" if told > 1 else None


def _both_ways(link: Link) -> Iterator[tuple[tuple[str, str], tuple[str, str]]]:
    a, b = link.ends
    yield a, b
    yield b, a


def _address(network: Network, device: str, port: str) -> str | None:
    interface = network.device[device].interface(port)
    return str(interface.ipv4.ip) if interface is not None and interface.ipv4 is not None else None
