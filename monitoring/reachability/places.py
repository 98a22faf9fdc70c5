"""Where conversations start and end: users of sites, servers of e-services, resolver and management station."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from inventory.model.device import Device, Interface, InterfaceKind, Role
from inventory.model.network import Network
from inventory.policy import Address, Flow, PolicyRule, lan_of
from monitoring.reachability.families import FAMILIES, Family, address_in


@dataclass(frozen=True, slots=True)
class Origin:
    """Who starts a conversation: the LAN port, and by family the address inside the LAN and that seen beyond it."""

    site: str
    gateway: str
    port: str
    families: tuple[Family, ...]
    """Families the LAN has addresses of."""

    sources: tuple[Address | None, Address | None]
    seen_as: tuple[Address | None, Address | None]
    nat: bool

    def source(self, family: Family) -> Address | None:
        """The address of the host; null where it may have any address of its LAN."""
        return self.sources[FAMILIES.index(family)]

    def seen(self, family: Family) -> Address | None:
        """The source address beyond the gateway: behind NAT it is that of the uplink."""
        return self.seen_as[FAMILIES.index(family)]


@dataclass(frozen=True, slots=True)
class Target:
    """A host that answers, and the LAN port it is plugged into."""

    host: str
    gateway: str
    port: str
    address: Address


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way: the element that decides, the rule if it is one, and words for people."""

    element: str
    text: str
    rule: str | None = None
    number: int | None = None
    """Which of the rules in its list, counted from 1."""


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in a family as far as inventory decides it; ``rules`` are those that permitted it on the way."""

    family: Family
    origin: Origin
    target: Target
    flow: Flow
    """Its first packet as seen beyond the gateway."""

    blocker: Blocker | None
    rules: tuple[tuple[str, PolicyRule], ...]

    @property
    def same_lan(self) -> bool:
        """Whether no gateway lies between."""
        return self.origin.port == self.target.port


class Places:
    """Finds origins and targets in a network on a day."""

    def __init__(self, network: Network, day: date) -> None:
        self.network, self.day = network, day

    def origin(self, site: str) -> Origin | None:
        """The users of a site; null when it has no LAN of its own."""
        found = lan_of(self.network, site)
        if found is None or not found[0].in_force(self.day) or found[1].kind is not InterfaceKind.LAN:
            return None
        gateway, lan = found
        agent = self.network.vantage(site)
        plug = agent.first(InterfaceKind.HOST) if agent is not None else None
        return self._origin(site, gateway, lan, (address_in(plug, 4), address_in(plug, 6)))

    def server(self, target: Target) -> Origin:
        """A server as the one who asks: for what it needs of others."""
        gateway, lan = self.network.device[target.gateway], self.network.interface(target.port)
        assert lan is not None, "a target is plugged into a LAN port that exists"
        own = (target.address, None) if target.address.version == 4 else (None, target.address)
        return self._origin(gateway.site, gateway, lan, own)

    def target(self, host: Device | None, addresses: Iterable[Address], family: Family) -> Target | None:
        """Where a host answers in a family: at the first of the addresses of it; null when it is not plugged in."""
        address = next((address for address in addresses if address.version == family), None)
        if host is None or address is None or not host.in_force(self.day):
            return None
        for interface in host.interfaces:
            port = interface.attached_to
            if port is not None and address in [a.ip for a in interface.addresses] and self._is_lan(port):
                return Target(host.slug, port.partition(":")[0], port, address)
        return None

    def plugged(self, host: Device | None, family: Family) -> Target | None:
        """Where a host answers that is known by its own address."""
        plug = host.first(InterfaceKind.HOST) if host is not None else None
        return self.target(host, [a.ip for a in plug.addresses], family) if plug is not None else None

    def _is_lan(self, port: str) -> bool:
        interface = self.network.interface(port)
        return interface is not None and interface.kind is InterfaceKind.LAN

    def _origin(
        self, site: str, gateway: Device, lan: Interface, sources: tuple[Address | None, Address | None]
    ) -> Origin:
        families = tuple(family for family in FAMILIES if address_in(lan, family) is not None)
        port, nat, seen = f"{gateway.slug}:{lan.name}", gateway.role is Role.HOTSPOT, sources
        if nat:
            seen = address_in(self._uplink(gateway.slug), 4), sources[1]
        return Origin(site, gateway.slug, port, families, sources, seen, nat)

    def _uplink(self, hotspot: str) -> Interface | None:
        links = self.network.uplinks(hotspot)
        return self.network.interface(links[0].b) if links else None
