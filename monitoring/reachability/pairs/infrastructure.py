"""The elements that pairs are made of: routers that carry others, the links between them, what these links share."""

from collections.abc import Sequence
from dataclasses import dataclass

from inventory.model.device import INFRASTRUCTURE
from inventory.model.element import ElementKind
from inventory.model.network import Network
from monitoring.reachability.down import expand
from monitoring.reachability.sweep.graph import Graphs


@dataclass(frozen=True, slots=True)
class Part:
    """An element and the nodes and links that fail with it."""

    element: str
    nodes: tuple[int, ...]
    links: tuple[int, ...]

    @property
    def single(self) -> bool:
        """Whether it is a node or a link by itself."""
        return not self.element.startswith(f"{ElementKind.SRG}:")


def infrastructure(network: Network, graphs: Graphs) -> Sequence[Part]:
    """Routers and links of the backbone; risk groups that hold at least one such link."""
    carrying = {d.slug for d in network.devices if d.role in INFRASTRUCTURE and d.slug in graphs.nodes}
    inner = {link.slug for link in network.links if link.slug in graphs.links and carrying.issuperset(link.devices)}
    parts = [Part(f"{ElementKind.LINK}:{slug}", (), (graphs.links[slug],)) for slug in graphs.links if slug in inner]
    parts += [Part(f"{ElementKind.DEVICE}:{d}", (graphs.nodes[d],), ()) for d in graphs.nodes if d in carrying]
    for srg in network.srgs:
        links = expand(network, (f"{ElementKind.SRG}:{srg.slug}",)).links
        if links & inner:
            held = tuple(sorted(graphs.links[link] for link in links if link in graphs.links))
            parts.append(Part(f"{ElementKind.SRG}:{srg.slug}", (), held))
    return parts
