"""The list of probes an agent runs: e-services entitled or not, since what is not entitled must fail.

While the cells are few an agent probes every one of them all the time; beyond that, those of the cover.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from inventory.families import families_at
from inventory.model.network import Network
from inventory.model.service import Service
from inventory.policy import addresses_of
from monitoring.cover import Cover, cover
from monitoring.settings import ProbeSettings

FAMILIES = (4, 6)


def probe_list(
    network: Network, site: str, day: date, pace: ProbeSettings | None = None, planned: Cover | None = None
) -> dict[str, Any]:
    """The JSON document an agent fetches; ``site`` may also be the vantage ``noc``. Same facts, same text.

    ``planned`` says which cells are probed directly; without it that is worked out as if every agent were heard.
    """
    pace = pace or ProbeSettings()
    planned = cover(network, day, pace) if planned is None else planned
    resolvers = [str(block.network_address) for block in addresses_of(network.resolver)]
    whole = planned.whole or site not in network.site
    return {
        "site": site,
        "period": pace.period if whole else pace.cover_period,
        "timeout": pace.timeout,
        "patience": pace.patience,
        "recheck": min(pace.recheck, pace.period if whole else pace.cover_period),
        "certificate_days": pace.certificate_days,
        "families": list(families_at(network, site)),
        "resolver": next(iter(resolvers), None),
        "resolvers": resolvers,
        **({} if whole else {"push": pace.heartbeat, "refresh": pace.heartbeat}),
        "probes": list(_probes(network, site, day, pace, None if whole else planned)),
    }


def alive_after(network: Network, pace: ProbeSettings) -> float:
    """Silence in seconds after which an agent is not heard any more."""
    few = len(network.sites) * len(network.services) <= pace.cells_most
    return pace.stale_after if few else 3 * pace.heartbeat


def stale_after(network: Network, pace: ProbeSettings) -> float:
    """Silence in seconds after which a cell that is planned to be direct is stale."""
    few = len(network.sites) * len(network.services) <= pace.cells_most
    return pace.stale_after if few else 3 * max(pace.cover_period, pace.critical_period)


def _probes(
    network: Network, site: str, day: date, pace: ProbeSettings, planned: Cover | None
) -> Iterator[dict[str, Any]]:
    wanted = planned.direct(site) if planned is not None and site in planned.agents else frozenset()
    soon = planned.soon(site) if planned is not None else frozenset()
    for service in network.services:
        if planned is None or service.slug in wanted:
            seldom = {"period": pace.critical_period} if planned is not None and service.slug not in soon else {}
            yield {"service": service.slug, "in_force": service.in_force(day), **seldom, **_endpoint(service)}


def _endpoint(service: Service) -> dict[str, Any]:
    endpoint = service.endpoint
    return {
        "kind": str(endpoint.protocol),
        "name": endpoint.dns_name,
        "addresses": [str(address) for address in endpoint.addresses],
        "port": endpoint.port,
        "path": endpoint.path,
        "expect_status": endpoint.expect_status,
        "expect_text": endpoint.expect_text,
    }
