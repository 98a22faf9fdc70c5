"""What the servers of the lab answer: a stand-in for each e-service, from its endpoint in the inventory."""

import json
from datetime import date
from typing import Any

from inventory.model.network import Network
from inventory.model.service import Protocol, Service
from lab.authority import TLS
from lab.plan import File

CONFIGURATION = "/etc/silesianet/stand-in.json"
STOPPED = "/var/lib/silesianet/stopped"
SPOKEN = frozenset({Protocol.HTTPS, Protocol.HTTP, Protocol.TLS, Protocol.TCP})
"""Protocols the stand-in speaks; DNS is the resolver's, ICMP the kernel's."""
PROGRAM = "/etc/silesianet/stand-in.py"
START = (
    f"setsid sh -c 'echo -10 > /proc/self/autogroup; exec /usr/bin/python3 {PROGRAM} {CONFIGURATION}'"
    " </dev/null >/var/log/stand-in.log 2>&1 &\niperf3 -s -D >/dev/null\n"
)
"""In a session with precedence over others: one process stands for all the machines of a data centre."""


def hosted(network: Network, server: str, day: date) -> tuple[Service, ...]:
    """Services a server answers for on a day; one that is not in force is off."""
    return tuple(s for s in network.services if s.host == server and s.in_force(day) and s.endpoint.protocol in SPOKEN)


def files(network: Network, server: str, day: date, program: str) -> tuple[File, ...]:
    """The stand-in and what it serves."""
    configuration = {
        "certificate": f"{TLS}/cert.pem",
        "key": f"{TLS}/key.pem",
        "authority": f"{TLS}/ca.pem",
        "stopped": STOPPED,
        "services": [
            _place(s) | {"text": s.endpoint.expect_text or s.name_pl, "needs": list(map(_place, _needed(network, s)))}
            for s in hosted(network, server, day)
        ],
    }
    text = json.dumps(configuration, indent=1, ensure_ascii=False) + "\n"
    return File(PROGRAM, program), File(CONFIGURATION, text), File(STOPPED, "")


def _place(service: Service) -> dict[str, Any]:
    """Where a service answers, and with which status."""
    endpoint = service.endpoint
    return {
        "slug": service.slug,
        "name": endpoint.dns_name,
        "addresses": [str(a) for a in endpoint.addresses],
        "port": endpoint.port,
        "tls": endpoint.protocol in {Protocol.HTTPS, Protocol.TLS},
        "path": endpoint.path,
        "status": endpoint.expect_status,
    }


def _needed(network: Network, service: Service) -> tuple[Service, ...]:
    """Services that a service depends on, as far as they can be asked."""
    needed = (network.service[slug] for slug in service.depends_on if slug in network.service)
    return tuple(s for s in needed if s.endpoint.protocol in SPOKEN)
