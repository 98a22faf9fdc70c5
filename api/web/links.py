"""Links as a table: state, ends, capacity, medium and the risks they share."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from inventory.model.link import Link
from inventory.model.network import Network
from inventory.model.rate import format_rate
from monitoring.elements import DownElement


@dataclass(frozen=True)
class LinkEnd:
    """One end of a link."""

    device: str
    interface: str


@dataclass(frozen=True)
class LinkRow:
    """A link as a page shows it; ``since`` is when it went down."""

    slug: str
    down: bool
    since: float | None
    seen: bool
    ends: tuple[LinkEnd, LinkEnd]
    capacity: str
    medium: str
    provider: str
    srgs: tuple[str, ...]


def link_rows(
    network: Network, links: Iterable[Link], down: Mapping[str, DownElement], seen: Mapping[str, float]
) -> tuple[LinkRow, ...]:
    """Rows for some links."""
    return tuple(_row(network, link, down.get(f"link:{link.slug}"), f"link:{link.slug}" in seen) for link in links)


def _row(network: Network, link: Link, down: DownElement | None, seen: bool) -> LinkRow:
    circuit = network.circuit[link.circuit]
    (a, b), rate = link.ends, circuit.rate
    capacity = " / ".join(dict.fromkeys((format_rate(rate.down), format_rate(rate.up))))
    return LinkRow(
        slug=link.slug,
        down=down is not None,
        since=down.since if down else None,
        seen=seen,
        ends=(LinkEnd(*a), LinkEnd(*b)),
        capacity=capacity,
        medium=circuit.medium,
        provider=circuit.provider,
        srgs=link.srgs,
    )
