"""How much traffic a site exchanges with each place e-services stand at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from inventory.allocation import Block
from inventory.model.link import Circuit
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole
from monitoring.reachability.loads.arrays import Floats
from monitoring.reachability.loads.usage import Usage
from monitoring.settings import PlanningSettings


class Traffic(NamedTuple):
    """Bits per second towards a site and away from it."""

    down: float
    up: float


@dataclass(frozen=True)
class Demand:
    """``rates[k, way, node]``: bits per second between root k and each node; way 0 is away from the root."""

    roots: tuple[str, ...]
    rates: Floats


def rate(access: list[Circuit], measured: Traffic | None, share: float) -> Traffic:
    """What a site exchanges: the 95th percentile that was measured, else a share of the rate of its access circuits."""
    if measured is not None:
        return measured
    return Traffic(share * sum(c.rate.down for c in access), share * sum(c.rate.up for c in access))


def demand(
    network: Network, used: Usage, nodes: Mapping[str, int], measured: Mapping[str, Traffic], settings: PlanningSettings
) -> Demand:
    """Spread what every site exchanges over the gateways of the e-services it uses."""
    roots = tuple(sorted({home for home in used.homes if home in nodes}))
    shares = _shares(network, used, roots, settings.internet_share)
    rates = np.zeros((len(roots), 2, len(nodes)))
    for i, site in enumerate(used.sites):
        gateway = used.gateways[i]
        if gateway in nodes and shares[i].any():
            found = rate(_access(network, gateway), measured.get(site), settings.access_share)
            rates[:, 0, nodes[gateway]] += found.down * shares[i]
            rates[:, 1, nodes[gateway]] += found.up * shares[i]
    return Demand(roots, rates)


def _access(network: Network, gateway: str) -> list[Circuit]:
    """Circuits of the uplinks of lowest cost."""
    uplinks = network.uplinks(gateway)
    cheapest = min((link.ospf_cost for link in uplinks), default=0)
    return [network.circuit[link.circuit] for link in uplinks if link.ospf_cost == cheapest]


def _shares(network: Network, used: Usage, roots: tuple[str, ...], internet: float) -> Floats:
    """``(sites, roots)``: a fixed part for e-services beyond the border, the rest in equal parts for all others."""
    blocks = [p.prefix for p in network.prefixes if p.role is PrefixRole.EXTERNAL]
    outside = np.array([_beyond(network, slug, blocks) for slug in used.services], np.bool_)
    weight = np.zeros(used.works.shape)
    for those, part in ((outside, internet), (~outside, 1.0 - internet)):
        some = used.works & those
        weight += some * (part / np.maximum(some.sum(axis=1, keepdims=True), 1))
    weight /= np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    at = np.array([[home == root for root in roots] for home in used.homes], np.float64)
    found: Floats = weight @ at.reshape(len(used.homes), len(roots))
    return found


def _beyond(network: Network, service: str, blocks: Sequence[Block]) -> bool:
    addresses = network.service[service].endpoint.addresses
    return any(address in block for address in addresses for block in blocks)
