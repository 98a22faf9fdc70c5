"""The list of probes an agent runs: every e-service, entitled or not, since what is not entitled must fail."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from inventory.model.network import Network
from inventory.model.service import Service
from inventory.policy import addresses_of
from monitoring.settings import ProbeSettings


def probe_list(network: Network, site: str, day: date, pace: ProbeSettings | None = None) -> dict[str, Any]:
    """The JSON document an agent fetches; ``site`` may also be the vantage ``noc``. Same facts, same text."""
    pace = pace or ProbeSettings()
    return {
        "site": site,
        "period": pace.period,
        "timeout": pace.timeout,
        "patience": pace.patience,
        "resolver": next((str(b.network_address) for b in addresses_of(network.resolver)), None),
        "probes": list(_probes(network, day)),
    }


def _probes(network: Network, day: date) -> Iterator[dict[str, Any]]:
    for service in network.services:
        yield {"service": service.slug, "in_force": service.in_force(day), **_endpoint(service)}


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
