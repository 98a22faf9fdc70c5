"""One depth-first walk over the routers: what hangs below every link and every device, and on nothing else.

Hopcroft and Tarjan, 1973. The nodes below a node are one slice of the order in which they were met.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Walk:
    """``order``: nodes as they were met; by node its place there, the size of what is below it, low point, the link
    it was met by (null for the first of a part) and the nodes met from it."""

    order: list[str]
    place: dict[str, int]
    size: dict[str, int]
    low: dict[str, int]
    link: dict[str, str | None]
    children: dict[str, list[str]]

    def below(self, node: str) -> list[str]:
        """A node and all that is below it."""
        start = self.place[node]
        return self.order[start : start + self.size[node]]

    def behind_link(self) -> dict[str, list[str]]:
        """For each link that alone holds something, what it holds."""
        alone = ((link, node) for node, link in self.link.items() if self.low[node] == self.place[node])
        return {link: self.below(node) for link, node in alone if link is not None}

    def behind_device(self, node: str) -> list[list[str]]:
        """The parts that only a device holds; of the first of a part, without the largest."""
        parts = [self.below(child) for child in self.children[node] if self.low[child] >= self.place[node]]
        if self.link[node] is None:
            parts = sorted(parts, key=len)[:-1]
        return parts


def walk(edges: Mapping[str, Sequence[tuple[str, str]]], starts: Sequence[str]) -> Walk:
    """Walk every part, beginning at ``starts``; ``edges[node]`` are (neighbour, link)."""
    found = Walk([], {}, {}, {}, {}, {node: [] for node in edges})
    for start in dict.fromkeys((*starts, *edges)):
        if start in edges and start not in found.place:
            _part(found, edges, start)
    return found


def _meet(found: Walk, node: str, link: str | None) -> None:
    found.place[node] = found.low[node] = len(found.order)
    found.order.append(node)
    found.link[node], found.size[node] = link, 1


def _part(found: Walk, edges: Mapping[str, Sequence[tuple[str, str]]], start: str) -> None:
    _meet(found, start, None)
    path: list[tuple[str, Iterator[tuple[str, str]]]] = [(start, iter(edges[start]))]
    while path:
        node, left = path[-1]
        for neighbour, link in left:
            if neighbour not in found.place:
                _meet(found, neighbour, link)
                found.children[node].append(neighbour)
                path.append((neighbour, iter(edges[neighbour])))
                break
            if link != found.link[node]:
                found.low[node] = min(found.low[node], found.place[neighbour])
        else:
            path.pop()
            if path:
                above = path[-1][0]
                found.low[above] = min(found.low[above], found.low[node])
                found.size[above] += found.size[node]
