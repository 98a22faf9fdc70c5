"""The computed matrix of a large region: the plan, every cell for a new set of failures, beside a naive build.

    python -m bench.matrix [--sites 10000] [--services 200] [--output docs/evidence/matrix.md]

Ours: groups of sites, labels of the parts that hang together, one table of rows. Beside it, in the same run and on the
same failures: the components from rustworkx or igraph and a loop over the policy of every site and e-service, timed
on a sample of the sites and scaled. Both must say the same of every cell of the sample. Times are of this process
(CPU), the median of several rounds with other elements down in each.
"""

import argparse
import importlib
import statistics
from collections.abc import Iterator
from datetime import date
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import numpy as np

from bench import matrix_forms
from bench.evidence import publish
from bench.matrix_forms import timed
from inventory.generator import region
from inventory.model.device import InterfaceKind, Role
from inventory.model.network import Network
from inventory.model.rule import ZoneRule
from inventory.model.service import Service
from inventory.model.site import SiteClass
from monitoring.reachability.access import Access
from monitoring.reachability.compute import Reach, access_of
from monitoring.reachability.down import expand
from monitoring.reachability.families import FAMILIES

DAY = date(2026, 11, 1)
ROUNDS, SAMPLE = 15, 25


def furnished(sites: int, services: int, seed: int = 1) -> Network:
    """A region with as many e-services, all on one server, each for two in three classes of sites."""
    base, chance = region(sites, seed), np.random.default_rng(seed)
    server = next(d for d in base.devices if d.role is Role.SERVER and d.site == "dc")
    pattern = base.service["wbo"]
    more, rights = [], []
    for number in range(services - len(base.services)):
        addresses = IPv4Address(f"10.50.0.{100 + number % 150}"), IPv6Address(f"2001:db8:44:50::{1000 + number}")
        more.append(_service(pattern, f"extra-{number}", addresses, 1000 + number))
        classes = [c for c in SiteClass if chance.random() < 0.66]
        rights.append({"slug": f"extra-{number}", "service": f"extra-{number}", "classes": classes})
    plug = next(i for i in server.interfaces if i.kind is InterfaceKind.HOST)
    held = dict.fromkeys(f"{a}/{24 if a.version == 4 else 64}" for s in more for a in s.endpoint.addresses)
    wide = {"name": plug.name, "kind": plug.kind, "attached_to": plug.attached_to}
    wide["addresses"] = (*plug.addresses, *held)
    ports = tuple(type(plug).model_validate(wide) if i is plug else i for i in server.interfaces)
    devices = tuple(d.model_copy(update={"interfaces": ports}) if d is server else d for d in base.devices)
    given = (*base.entitlements, *(type(base.entitlements[0]).model_validate(r) for r in rights))
    return base.model_copy(update={"services": (*base.services, *more), "devices": devices, "entitlements": given})


def _service(pattern: Service, slug: str, addresses: tuple[Any, ...], port: int) -> Service:
    endpoint = pattern.endpoint.model_copy(
        update={"dns_name": f"{slug}.example.test", "addresses": addresses, "port": port}
    )
    return pattern.model_copy(update={"slug": slug, "endpoint": endpoint, "depends_on": ()})


def failing(network: Network, number: int) -> set[str]:
    """A few links and devices that are down, others in each round."""
    chance = np.random.default_rng(number)
    links = [network.links[i].slug for i in chance.integers(0, len(network.links), 5)]
    routers = [d.slug for d in network.devices if d.role is Role.POP]
    return {f"link:{slug}" for slug in links} | {f"device:{routers[int(chance.integers(0, len(routers)))]}"}


def built(access: Access) -> tuple[float, Reach]:
    """Median CPU seconds of building all cells for a set of elements that are down, and the last of them."""
    took = []
    for number in range(ROUNDS):
        down = expand(access.network, failing(access.network, number))
        seconds, reach = timed(lambda down=down: _cells(access, down))  # type: ignore[misc]
        took.append(seconds)
    return statistics.median(took[1:]), reach


def _cells(access: Access, down: Any) -> Reach:
    reach = Reach(access, down)
    reach.cells  # noqa: B018
    return reach


def stopped(network: Network) -> float:
    """Median CPU seconds of the same with a rule in mid-path, so that shortest paths must be looked at."""
    blocks = [f"{a}/{32 if a.version == 4 else 128}" for a in network.service["wbo"].endpoint.addresses]
    told = {"slug": "stop", "order": 1, "classes": ["school"], "action": "deny", "comment": "bench"}
    routers = [device.slug for device in network.devices if device.role is Role.CORE][:2]
    rule = ZoneRule.model_validate(told | {"routers": routers, "destinations": blocks})
    return built(access_of(network.model_copy(update={"rules": (rule,)}), DAY))[0]


def parts(library: str, reach: Reach) -> dict[str, int]:
    """The number of the part of each router, by a graph library."""
    peer: Any = importlib.import_module(library)
    fabric, down = reach.access.fabrics[4], reach.down
    alive = [d for d in fabric.edges if d not in down.devices]
    at = {d: n for n, d in enumerate(alive)}
    ends = [(d, e.neighbour) for d in alive for e in fabric.working(d, down)]
    if library == "igraph":
        graph = peer.Graph(len(alive), [(at[a], at[b]) for a, b in ends])
        return dict(zip(alive, graph.connected_components().membership, strict=True))
    graph = peer.PyGraph()
    graph.add_nodes_from(alive)
    graph.add_edges_from_no_data([(at[a], at[b]) for a, b in ends])
    return {alive[i]: n for n, part in enumerate(peer.connected_components(graph)) for i in part}


def naive(reach: Reach, part: dict[str, int], sites: list[str]) -> set[tuple[str, str]]:
    """Every cell of some sites by its own: names, then the policy of both ends, then the part both belong to."""

    def talks(talk: Any) -> bool:
        if talk is None or talk.blocker is not None or talk.target.host in reach.down.devices:
            return False
        here, there = part.get(talk.origin.gateway, -1), part.get(talk.target.gateway, -2)
        return bool(talk.same_lan or here == there)

    access = reach.access
    found = set()
    for site in sites:
        named = any(talks(access.names(site, family)) for family in FAMILIES)
        for service in access.axes.services if named else ():
            if any(talks(access.talk(site, service, family)) for family in FAMILIES):
                found.add((site, service))
    return found


def report(sites: int, services: int) -> Iterator[str]:
    """The table."""
    network = furnished(sites, services)
    planning, access = timed(lambda: access_of(network, DAY))
    seconds, reach = built(access)
    rows, cells = access.axes.shape
    links = f"{len(network.links):,} links"
    yield f"{rows:,} sites, {cells} e-services, {len(network.devices):,} devices, {links}, both IP families."
    yield from ("", "| what | CPU time | times ours | equal on the sample |", "|---|---|---|---|")
    yield f"| plan of everything inventory decides, {int(access.plan.group.max()) + 1} groups | {planning:.2f} s | | |"
    yield f"| ours: all {rows * cells:,} cells for new failures | {seconds * 1e3:.2f} ms | 1 | |"
    yield f"| the same, a rule on two cores stops one e-service for schools | {stopped(network) * 1e3:.0f} ms | | |"
    entitled, _ = timed(lambda: access.entitled)
    yield f"| entitled cells, once | {entitled * 1e3:.1f} ms | | |"
    yield from matrix_forms.rows(access)
    step = max(1, rows // SAMPLE)
    chosen = list(access.axes.sites[::step])
    for library in ("rustworkx", "igraph"):
        searching, part = timed(lambda library=library: parts(library, reach))  # type: ignore[misc]
        looping, found = timed(lambda part=part: naive(reach, part, chosen))  # type: ignore[misc]
        whole = searching + looping * rows / len(chosen)
        equal = found == {cell for cell in reach.cells if cell[0] in set(chosen)}
        yield f"| {library} components, and a loop over the policy | {whole:.1f} s | {whole / seconds:,.0f} | {equal} |"


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sites", type=int, default=10_000)
    parser.add_argument("--services", type=int, default=200)
    parser.add_argument("--output", type=Path)
    given = parser.parse_args()
    publish("The computed matrix", "matrix", list(report(given.sites, given.services)), given.output)


if __name__ == "__main__":
    main()
