"""Where webhooks may be sent: an address is checked when it is given and again before every delivery.

Names are resolved here and the connection goes to the very address that was checked, or a name that changes its mind
between check and use would lead into networks that nobody allowed.
"""

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from urllib.parse import SplitResult, urlsplit

from inventory.errors import BadInput

type Address = IPv4Address | IPv6Address
type Block = IPv4Network | IPv6Network

PORTS = {"http": 80, "https": 443}
SETTING = "SILESIANET_WEBHOOK_NETWORKS"


class Forbidden(BadInput):
    """An address that webhooks may not be sent to."""


@dataclass(frozen=True)
class Destination:
    """A checked place: the URL as given, and the address its host stands for."""

    url: SplitResult
    address: Address
    port: int

    @property
    def direct_url(self) -> str:
        """The URL with the address in the place of the name."""
        host = f"[{self.address}]" if self.address.version == 6 else str(self.address)
        return self.url._replace(netloc=f"{host}:{self.port}", fragment="").geturl()


def blocks(setting: str) -> tuple[Block, ...]:
    """The networks of the setting; BadInput when one is none."""
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in setting.split(",") if part.strip())
    except ValueError as error:
        raise BadInput(str(error), where=SETTING, fix="write networks such as 10.20.0.0/16, by comma") from error


def parsed(url: str) -> SplitResult:
    """The parts of a URL; BadInput when it is not an http or https address without credentials."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in PORTS and parts.hostname and parts.username is None and parts.port != 0
    except ValueError:
        sound = False
    if not sound or not url.isascii() or not url.isprintable() or " " in url:
        raise BadInput(f"{url!r} is not an address", where="url", fix="write https://HOST[:PORT]/PATH")
    return parts


def resolve(url: str, allowed: tuple[Block, ...]) -> Destination:
    """Where a URL leads; Forbidden when its host stands for any address that is not allowed."""
    parts = parsed(url)
    assert parts.hostname is not None
    port = parts.port or PORTS[parts.scheme]
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise BadInput(f"the host {parts.hostname!r} has no address", where="url", fix="correct the name") from error
    addresses = [ipaddress.ip_address(str(info[4][0]).partition("%")[0]) for info in found]
    for address in addresses:
        check(parts.scheme, address, allowed)
    return Destination(parts, addresses[0], port)


def check(scheme: str, address: Address, allowed: tuple[Block, ...]) -> None:
    """Forbidden unless the address lies in an allowed network; without any: https anywhere, http on this machine."""
    real = address.ipv4_mapped or address if isinstance(address, IPv6Address) else address
    if allowed:
        fine = any(real in block for block in allowed)
    else:
        strange = real.is_link_local or real.is_multicast or real.is_unspecified or real.is_reserved
        fine = (scheme == "https" and not strange) or real.is_loopback
    if not fine:
        where = f"{scheme} to {real}"
        raise Forbidden("webhooks may not be sent there", where=where, fix=f"use https, or allow it by {SETTING}")
