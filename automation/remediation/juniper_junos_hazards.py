"""What a change of a Junos device could cut off. All its lines take effect at once, so only the end is looked at."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_interface
from itertools import pairwise

from automation.remediation.hazards import Hazard, Severity
from automation.remediation.juniper_junos_text import Path, Tree, read, text

DEFAULTS = ("0.0.0.0/0", "::/0")
Found = Iterator[tuple[str, str, str, Severity]]
"""Code, text, the statement it is about, severity."""


class End:
    """What a configuration means for those who depend on the device."""

    def __init__(self, config: str) -> None:
        tree = read(config)
        self.leaves: tuple[Path, ...] = tuple(tree.leaves())
        self.defaults = {_next_hop(path) for path in self.leaves if _is_default(path)}
        self.lengths = {
            step[1]: text(path[1:at]) for path in self.leaves if path[0] == ("interfaces",)
            for at, step in enumerate(path) if step[0] == "address" and len(step) == 2
        }  # fmt: skip
        self.addresses = {_host(address): place for address, place in self.lengths.items()}
        self.shut = {
            text(path[1:-1]) for path in self.leaves if path[0] == ("interfaces",) and path[-1] == ("disable",)
        }
        self.routing = {name for name in ("ospf", "ospf3", "bgp", "isis") if tree.has((("protocols",), (name,)))}
        self.bound = {
            (text(path[1:-1]), _family(path), path[-1][1]) for path in self.leaves
            if path[0] == ("interfaces",) and ("filter",) in path and path[-1][0] in ("input", "output")
        }  # fmt: skip
        firewall = tree.below.get(("firewall",), Tree())
        self.defined = {
            (family[1], step[1]) for family, node in firewall.below.items() if len(family) == 2
            for step in node.below if step[0] == "filter" and len(step) == 2
        }  # fmt: skip

    def uplink(self, port: str) -> bool:
        """Whether a default route leads over an interface."""
        networks = [ip_interface(a).network for a, place in self.lengths.items() if place.split()[0] == port.split()[0]]
        hops = list(_addresses(self.defaults))
        return any(hop.version == network.version and hop in network for hop in hops for network in networks)


def hazards(running: str, candidate: str, commands: tuple[str, ...], managed_at: frozenset[str]) -> tuple[Hazard, ...]:
    """What the device's users or we ourselves could lose; an error has to be accepted by name."""
    before, after = End(running), End(candidate)
    found = (*_routes(before, after), *_management(before, after, managed_at), *_filters(before, after))
    return tuple(sorted({Hazard(_line(commands, about), code, said, grade) for code, said, about, grade in found}))


def _routes(before: End, after: End) -> Found:
    if before.defaults and not after.defaults:
        severity = Severity.WARNING if after.routing else Severity.ERROR
        rest = "routing has to give another" if after.routing else "nothing gives another"
        yield (
            "default-route-removed",
            f"no default route is left; {rest}",
            "routing-options static route 0.0.0.0/0",
            severity,
        )
    for name in sorted(before.routing - after.routing):
        yield "routing-removed", f"{name} ends", f"protocols {name}", Severity.ERROR


def _management(before: End, after: End, managed_at: frozenset[str]) -> Found:
    for address in sorted(managed_at & before.addresses.keys() - after.addresses.keys()):
        said = f"{address}, at which the device is reached, goes away"
        yield "management-removed", said, f"interfaces {before.addresses[address]} address", Severity.ERROR
    for port in sorted(after.shut - before.shut):
        ours = any(before.addresses.get(a, "").split()[:1] == port.split()[:1] for a in managed_at)
        severity = Severity.ERROR if ours or before.uplink(port) else Severity.WARNING
        way = ", a way to the device" if severity is Severity.ERROR else ""
        yield "port-shut", f"{port} is shut{way}", f"interfaces {port}", severity


def _filters(before: End, after: End) -> Found:
    for port, family, name in sorted(after.bound):
        if (family, name) not in after.defined:
            yield (
                "filter-undefined",
                f"filter {name} is in use and not defined",
                f"firewall family {family} filter {name}",
                Severity.ERROR,
            )
        if port.startswith("lo0") and (port, family, name) not in before.bound:
            yield "session-filter", f"who may log in is now decided by {name}", f"interfaces {port}", Severity.WARNING
    left = {port for port, _, _ in after.bound}
    for port, _, name in sorted(before.bound - after.bound):
        if port not in left and port.split()[0] in {place.split()[0] for place in after.addresses.values()}:
            yield "filter-unbound", f"filter {name} no longer guards {port}", f"interfaces {port}", Severity.WARNING


def _line(commands: tuple[str, ...], about: str) -> int:
    """The first command that changes a statement, anything below it, or a place above it as a whole."""
    places = [f"{command.partition(' ')[2]} " for command in commands]
    return next((n for n, p in enumerate(places, 1) if p.startswith(f"{about} ") or f"{about} ".startswith(p)), 0)


def _is_default(path: Path) -> bool:
    return path[0] == ("routing-options",) and any(step[0] == "route" and step[-1] in DEFAULTS for step in path)


def _next_hop(path: Path) -> str:
    """Where a route leads; ``reject`` and the like by their names."""
    flat = [word for step in path for word in step]
    hops = [after for word, after in pairwise(flat) if word.endswith("next-hop")]
    return hops[0] if hops else flat[-1]


def _family(path: Path) -> str:
    return next((step[1] for step in path if step[0] == "family" and len(step) == 2), "inet")


def _host(address: str) -> str:
    return address.partition("/")[0]


def _addresses(words: Iterable[str]) -> Iterator[IPv4Address | IPv6Address]:
    for word in words:
        with suppress(ValueError):
            yield ip_address(word)
