"""Every element that can fail, and which nodes, links and tables tell what it takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from dataclasses import dataclass

import numpy as np

from inventory.model.element import ElementKind
from inventory.model.network import Network
from monitoring.reachability.down import expand
from monitoring.reachability.sweep.graph import Graphs
from monitoring.reachability.sweep.kernel import Ints

type Lists = tuple[Ints, Ints]
"""Several lists of numbers: list i is ``lists[1][lists[0][i]:lists[0][i + 1]]``."""


@dataclass(frozen=True, eq=False)
class Elements:
    """Names, and for each of them one of: a node, a link, a case of several together, a row of a table; -1 for none.

    ``whole`` are those that take both gateways and servers: what they cost is worked out from the whole network.
    """

    names: tuple[str, ...]
    node: Ints
    link: Ints
    case: Ints
    row: Ints
    whole: tuple[int, ...]
    nodes: Lists
    links: Lists


def elements(network: Network, graphs: Graphs, rows: Mapping[str, int]) -> Elements:
    """All elements of a network; ``rows`` are rows of the table of hosts and e-services, by element."""
    names = tuple(_names(network))
    found = np.full((4, len(names)), -1, np.int64)
    whole, nodes, links = list[int](), list[Sequence[int]](), list[Sequence[int]]()
    for number, name in enumerate(names):
        kind, _, slug = name.partition(":")
        if kind == ElementKind.LINK:
            found[1, number] = graphs.links.get(slug, -1)
        elif kind in (ElementKind.DEVICE, ElementKind.SERVICE):
            found[0, number], found[3, number] = graphs.nodes.get(slug, -1), rows.get(name, -1)
        else:
            down = expand(network, (name,))
            standing = [graphs.nodes[device] for device in down.devices if device in graphs.nodes]
            hosts = [at for device in down.devices if (at := rows.get(f"{ElementKind.DEVICE}:{device}")) is not None]
            cut = [graphs.links[link] for link in down.links if link in graphs.links]
            if len(hosts) + len(standing) > 1 and hosts:
                whole.append(number)
            elif hosts:
                found[3, number] = hosts[0]
            elif len(standing) + len(cut) == 1:
                found[0 if standing else 1, number] = (standing or cut)[0]
            elif standing or cut:
                found[2, number] = len(nodes)
                nodes.append(standing)
                links.append(cut)
    node, link, case, row = found
    return Elements(names, node, link, case, row, tuple(whole), lists(nodes), lists(links))


def begins(parts: Iterable[Sized]) -> Ints:
    """Where each of several lists begins when they are put behind one another, and where the last one ends."""
    return np.cumsum([0, *map(len, parts)], dtype=np.int64)


def lists(parts: Sequence[Sequence[int]]) -> Lists:
    """Lists as the kernel wants them."""
    return begins(parts), np.array([number for part in parts for number in part], np.int64)


def _names(network: Network) -> Iterator[str]:
    yield from (f"{ElementKind.LINK}:{link.slug}" for link in network.links)
    yield from (f"{ElementKind.DEVICE}:{device.slug}" for device in network.devices)
    yield from (f"{ElementKind.SITE}:{site.slug}" for site in network.sites)
    yield from (f"{ElementKind.SRG}:{srg.slug}" for srg in network.srgs)
    yield from (f"{ElementKind.SERVICE}:{service.slug}" for service in network.services)
