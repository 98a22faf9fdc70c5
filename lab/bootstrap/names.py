"""The city's name server: authoritative for every e-service, changed at run time by the DNS faults."""

from collections.abc import Iterable, Mapping

from inventory.model.network import Network
from lab.plan import File

HOSTS = "/var/lib/silesianet/hosts"
ALL_HOSTS = "/etc/silesianet/hosts"
START = "dnsmasq --conf-file=/etc/silesianet/dnsmasq.conf\n"
RELOAD = "kill -HUP $(cat /run/dnsmasq.pid)"


def hosts(network: Network) -> str:
    """A and AAAA of every e-service, as a hosts file."""
    endpoints = (s.endpoint for s in network.services)
    return "".join(f"{address} {e.dns_name}\n" for e in endpoints for address in e.addresses)


def led_astray(hosts_text: str, broken: Mapping[str, Iterable[str]]) -> str:
    """A hosts file with other addresses for the names that are broken; a name left with none answers NXDOMAIN."""
    right = "".join(f"{line}\n" for line in hosts_text.splitlines() if line.split()[1] not in broken)
    return right + "".join(f"{address} {name}\n" for name, addresses in broken.items() for address in addresses)


def files(network: Network) -> tuple[File, ...]:
    """The name server's configuration and its names."""
    zones = sorted({s.endpoint.dns_name.partition(".")[2] for s in network.services})
    configuration = (
        "no-resolv\nno-hosts\nuser=root\npid-file=/run/dnsmasq.pid\nlog-facility=/var/log/dnsmasq.log\n"
        + "".join(f"local=/{zone}/\n" for zone in zones)
        + f"addn-hosts={HOSTS}\n"
    )
    text = hosts(network)
    return File("/etc/silesianet/dnsmasq.conf", configuration), File(ALL_HOSTS, text), File(HOSTS, text)
