"""What a state of a device means for those who depend on it: routes, addresses, filters in use, ports that are shut."""

import re
from functools import cached_property
from ipaddress import ip_address

from automation.remediation.addresses import default_gateway, interface_address
from automation.remediation.dialects import Dialect
from automation.remediation.replay import Block, below

TRUNK_RESET = re.compile(
    r"no switchport trunk allowed vlan\b|undo port trunk allow-pass vlan( all)?$|default interface |"
    r"switchport trunk allowed vlan none"
)
SSH_OFF = re.compile(
    r"transport input (none|telnet)$|no transport input|no line vty|crypto key zeroize|no ip ssh\b|"
    r"undo (stelnet|ssh) |no management ssh|protocol inbound telnet"
)
ROUTING = re.compile(r"(ipv6 )?router \S|ospf(v3)? \d|bgp \d|isis \d")
LOGIN = re.compile(r"line vty|user-interface vty|management ssh")


class State:
    """Answers about one state; each is worked out when it is asked for."""

    def __init__(self, block: Block, dialect: Dialect) -> None:
        self.headers = {header: dict(inner) for header, inner in block.items()}
        self._dialect = dialect

    @cached_property
    def default_routes(self) -> frozenset[str]:
        """Next hops of static default routes."""
        return frozenset(hop for line in self.headers if (hop := default_gateway(line)))

    @cached_property
    def addresses(self) -> dict[str, str]:
        """The interface of each address."""
        found: dict[str, str] = {}
        for header, inner in self.headers.items():
            if header.startswith("interface "):
                found |= {str(a.ip): header for line in inner if (a := interface_address(line))}
        return found

    def addresses_of(self, port: str) -> frozenset[str]:
        """Addresses of an interface."""
        return frozenset(address for address, header in self.addresses.items() if header == port)

    @cached_property
    def uplinks(self) -> frozenset[str]:
        """Interfaces over which a default route leads."""
        return frozenset(
            header
            for header, inner in self.headers.items()
            for line in inner
            if (address := interface_address(line)) and any(_in(hop, address.network) for hop in self.default_routes)
        )

    @cached_property
    def uses(self) -> frozenset[tuple[str, str]]:
        """Filters with the block that puts them to use; rules of a filter, most of a configuration, use none."""
        users = {header: inner for header, inner in self.headers.items() if self._dialect.filter(header) is None}
        found = ((header, self._dialect.bound(line)) for header, line in below(users))
        return frozenset((header, name) for header, name in found if name is not None)

    @cached_property
    def bound(self) -> frozenset[str]:
        """Filters in use."""
        top = (self._dialect.bound(header) for header in self.headers)
        return frozenset(name for _, name in self.uses) | frozenset(name for name in top if name is not None)

    @cached_property
    def defined(self) -> frozenset[str]:
        """Filters that are defined."""
        return frozenset(name for h, inner in self.headers.items() if inner and (name := self._dialect.filter(h)))

    @cached_property
    def login_filters(self) -> frozenset[str]:
        """Filters that decide who may log in."""
        return frozenset(name for header, name in self.uses if LOGIN.match(header))

    @cached_property
    def closed(self) -> frozenset[str]:
        """Interfaces that are shut."""
        return frozenset(h for h, inner in self.headers.items() if h.startswith("interface ") and "shutdown" in inner)

    @cached_property
    def routing_processes(self) -> frozenset[str]:
        """Routing protocols that run."""
        return frozenset(header for header in self.headers if ROUTING.match(header))


def _in(hop: str, network: object) -> bool:
    try:
        return ip_address(hop) in network  # type: ignore[operator]
    except ValueError:
        return False
