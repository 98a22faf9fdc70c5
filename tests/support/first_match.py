"""First-match packet filters of simulated platforms, judged by packets made up from a zone's own rules."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from inventory.model.rule import Action, RuleProtocol
from inventory.policy import Address, Block, Flow, PolicyRule, Zone, decide

EPHEMERAL = 51000


@dataclass(frozen=True)
class Packet:
    """One packet; ``kind`` is the ICMP message, ``answering`` a TCP packet that opens nothing."""

    protocol: str
    source: Address
    destination: Address
    source_port: int = EPHEMERAL
    port: int = 0
    answering: bool = False
    kind: str = "echo"

    def answer(self) -> "Packet":
        """What comes back."""
        return Packet(
            self.protocol, self.destination, self.source, self.port, self.source_port, True,
            "echo-reply" if self.protocol == "icmp" else "",
        )  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """A rule of a filter; null matches everything."""

    permits: bool
    protocol: str | None
    source: Block | None
    destination: Block | None
    source_port: int | None = None
    port: int | None = None
    above: int | None = None
    answering: bool = False
    kind: str | None = None

    def matches(self, packet: Packet) -> bool:
        """Whether it decides a packet."""
        ports = packet.protocol in ("tcp", "udp")
        return (
            self.protocol in (None, packet.protocol)
            and (self.source is None or packet.source in self.source)
            and (self.destination is None or packet.destination in self.destination)
            and (self.source_port is None or (ports and packet.source_port == self.source_port))
            and (self.port is None or (ports and packet.port == self.port))
            and (self.above is None or (ports and packet.port > self.above))
            and (not self.answering or packet.answering)
            and (self.kind is None or packet.kind == self.kind)
        )


def passes(entries: Sequence[Entry], packet: Packet) -> bool:
    """Whether a filter lets a packet through; what no rule matches is dropped."""
    return next((e.permits for e in entries if e.matches(packet)), False)


def outwards(zone: Zone, seed: int, count: int) -> Iterator[tuple[Packet, bool]]:
    """Packets that hosts of a LAN start, and whether the policy lets them."""
    rng = random.Random(seed)
    for _ in range(count):
        here = rng.choice(zone.networks)
        version = here.version
        rule = rng.choice(zone.outbound)
        targets = [b for b in rule.destinations if b.version == version] or [_any(version)]
        yield _judged(rng, zone.outbound, rule, _in(rng, here), _in(rng, rng.choice(targets)))


def inwards(zone: Zone, seed: int, count: int) -> Iterator[tuple[Packet, bool]]:
    """Packets that others start towards hosts of a LAN, and whether the policy lets them."""
    rng = random.Random(seed)
    for _ in range(count):
        here = rng.choice(zone.networks)
        both = [*zone.inbound, *zone.outbound]
        others = [b for r in both for b in (*r.sources, *r.destinations) if b.version == here.version]
        source = _in(rng, rng.choice([*others, _any(here.version)]))
        yield _judged(rng, zone.inbound, rng.choice(zone.inbound), source, _in(rng, here))


def _judged(
    rng: random.Random, rules: tuple[PolicyRule, ...], like: PolicyRule, source: Address, destination: Address
) -> tuple[Packet, bool]:
    """A packet, every second time of the protocol and port of a rule."""
    protocol = rng.choice([RuleProtocol.TCP, RuleProtocol.UDP, RuleProtocol.ICMP])
    port = rng.choice([22, 53, 80, 443, 8443, rng.randrange(1, 65536)])
    if rng.random() < 0.5 and like.protocol is not RuleProtocol.ANY:
        protocol, port = like.protocol, rng.choice(like.ports or (port,))
    asked = None if protocol is RuleProtocol.ICMP else port
    rule = decide(rules, Flow(destination, protocol, asked, source))
    return Packet(str(protocol), source, destination, port=asked or 0), rule.action is Action.PERMIT


def _any(version: int) -> IPv4Network | IPv6Network:
    return ip_network("0.0.0.0/0" if version == 4 else "2000::/3")


def _in(rng: random.Random, block: Block) -> Address:
    """An address of a block, not the first two, which are the network and its gateway."""
    size = block.num_addresses
    return block[rng.randrange(2, size - 1)] if size > 4 else block[rng.randrange(size)]
