"""Who answers on a management network: only prefixes the inventory keeps for management are ever looked at."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv4Network, ip_network

from automation.onboarding.onboard import Candidate, Onboarding
from automation.transports.errors import DeviceUnreachable
from inventory.errors import SilesiaNetError, WrongUsage
from inventory.model.network import Network
from inventory.model.prefix import PrefixRole

ROLES = frozenset({PrefixRole.OOB, PrefixRole.P2P, PrefixRole.LOOPBACK})
MOST = 1024
AT_ONCE = 32


@dataclass(frozen=True)
class Seen:
    """An address that speaks SSH: the device it is, or why it is none."""

    host: str
    candidate: Candidate | None
    reason: str = ""


def hosts(network: Network, text: str) -> tuple[str, ...]:
    """Addresses of a prefix; WrongUsage for one that is not for management by the inventory, or too large."""
    try:
        wanted = ip_network(text, strict=False)
    except ValueError as fault:
        raise WrongUsage(str(fault), where="--scan", fix="write it as 172.31.0.0/24") from fault
    ours = [p.prefix for p in network.prefixes if p.role in ROLES]
    if not isinstance(wanted, IPv4Network) or not any(_within(wanted, p) for p in ours):
        known = ", ".join(str(p) for p in ours if isinstance(p, IPv4Network)) or "none"
        raise WrongUsage(f"{wanted} is no management prefix", where="--scan", fix=f"the inventory's are {known}")
    if wanted.num_addresses > MOST:
        raise WrongUsage(f"{wanted} has more than {MOST} addresses", where="--scan", fix="scan a part of it")
    found = tuple(str(address) for address in wanted.hosts())
    return found or (str(wanted.network_address),)


def scan(onboarding: Onboarding, addresses: tuple[str, ...], replaces: bool = False) -> Iterator[Seen]:
    """Every address that speaks SSH, in order."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        yield from (seen for seen in pool.map(partial(_seen, onboarding, replaces), addresses) if seen is not None)


def _seen(onboarding: Onboarding, replaces: bool, host: str) -> Seen | None:
    try:
        return Seen(host, onboarding.recognise(host, replaces))
    except DeviceUnreachable as fault:
        return None if fault.reason == "connect" else Seen(host, None, str(fault))
    except SilesiaNetError as fault:
        return Seen(host, None, str(fault))


def _within(wanted: IPv4Network, prefix: object) -> bool:
    return isinstance(prefix, IPv4Network) and wanted.subnet_of(prefix)
