"""The sum a plan is judged by: person-service-hours expected to be lost a year, and what a new line would save of them.

For each failure the users are grouped by the parts of the network they still touch. A line joins two parts: what works
in both together and in neither alone is saved. A hotspot only gains one more part, since it forwards for nobody.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from inventory.model.network import Network
from monitoring.reachability.advice.cuts import OFF, Cut, Ground
from monitoring.reachability.advice.stakes import Need, Stakes, stakes
from monitoring.reachability.compute import Reach
from monitoring.reachability.down import Down
from monitoring.reachability.loads.topology import topology

type Parts = frozenset[int]
type Hours = Callable[[str], float]
"""Hours a year for which an element is expected not to work."""

USUAL = Cut("", Down())
"""Everything up."""


@dataclass(frozen=True)
class Effect:
    """A failure: hours a year, users by the parts they touch where these are not as usual, and where gateways are."""

    cut: Cut
    hours: float
    users: Mapping[tuple[Parts, Need], int]
    homes: Mapping[Need, tuple[Parts, ...] | None]

    def works(self, parts: Parts, need: Need) -> bool:
        """Whether users that touch these parts can use what needs that."""
        homes = self.homes[need]
        return homes is not None and all(parts & home for home in homes)


class Board:
    """Every failure of a network that costs somebody something.

    Made from the board before a line was laid, only the failures that could part the ends of the line are looked at
    again: in every other it has nothing to join.
    """

    def __init__(
        self, reach: Reach, hours: Hours, before: "Board | None" = None, touched: frozenset[str] = frozenset()
    ) -> None:
        self.network: Network = reach.access.network
        self.stakes: Stakes = stakes(reach)
        starts = [gateway for need in self.stakes.needs for gateway in sorted(need.gateways)]
        self.ground = Ground(reach.access.fabric, starts)
        self.total = self._total()
        place = topology(self.network, reach.access.fabric)
        kept: list[Effect] = [] if before is None else [e for e in before.effects if e.cut.element not in touched]
        asked = [f for f in place.failures() if before is None or f[0] in touched]
        again = [self._effect(cut, hours(cut.element)) for cut in self.ground.cuts(asked)]
        self.effects: list[Effect] = kept + [effect for effect in again if effect is not None]

    @cached_property
    def at(self) -> dict[str, list[Effect]]:
        """The failures in which a device is not with its part as usual."""
        found: dict[str, list[Effect]] = defaultdict(list)
        for effect in self.effects:
            leaves = {leaf for device in effect.cut.marks for leaf in self.ground.hanging.get(device, ())}
            leaves |= {self.ground.hung_by[link] for link in effect.cut.down.links if link in self.ground.hung_by}
            for device in effect.cut.marks.keys() | leaves:
                found[device].append(effect)
        return found

    def expected(self) -> float:
        """Person-service-hours lost a year."""
        return sum(self.lost(effect) * effect.hours for effect in self.effects)

    def lost(self, effect: Effect) -> int:
        """Person-services lost while a failure lasts."""
        return sum(amount for (parts, need), amount in effect.users.items() if not effect.works(parts, need))

    def touched(self, device: str, cut: Cut) -> Parts:
        """The parts of the network a device is with."""
        mark = cut.marks.get(device)
        if mark == OFF or device in cut.down.devices:
            return frozenset()
        if device not in self.ground.leaves:
            return frozenset({self.ground.part[device] if mark is None else mark})
        alive = (self.touched(n, cut) for n, link in self.ground.uplinks[device] if link not in cut.down.links)
        return frozenset().union(*alive)

    def saved(self, effect: Effect, a: str, b: str) -> int:
        """Person-services that a line from a to b, which works meanwhile and is no hotspot, would save in a failure."""
        one, other = self.touched(a, effect.cut), self.touched(b, effect.cut)
        if not one or b in effect.cut.down.devices or one == other:
            return 0
        both = one | other
        after = {
            need: homes and tuple(home | both if home & both else home for home in homes)
            for need, homes in effect.homes.items()
        }
        joined = Effect(effect.cut, effect.hours, {}, after)
        return sum(
            amount
            for (parts, need), amount in effect.users.items()
            if not effect.works(parts, need) and joined.works(parts, need)
        )

    def _total(self) -> dict[tuple[Parts, Need], int]:
        """All users as they are with everything up."""
        found: dict[tuple[Parts, Need], int] = defaultdict(int)
        for device, held in self.stakes.at.items():
            for need, amount in held.items():
                found[self.touched(device, USUAL), need] += amount
        return found

    def _effect(self, cut: Cut, hours: float) -> Effect | None:
        """The users of a failure, grouped; null when it costs nobody anything."""
        near = {leaf for device in cut.marks for leaf in self.ground.hanging.get(device, ())}
        near |= {self.ground.hung_by[link] for link in cut.down.links if link in self.ground.hung_by}
        users = defaultdict(int, self.total)
        for device in cut.marks.keys() | near:
            for need, amount in self.stakes.at.get(device, {}).items():
                users[self.touched(device, USUAL), need] -= amount
                users[self.touched(device, cut), need] += amount
        homes = {need: self._homes(need, cut) for need in self.stakes.needs}
        effect = Effect(cut, hours, {key: amount for key, amount in users.items() if amount}, homes)
        return effect if hours and self.lost(effect) else None

    def _homes(self, need: Need, cut: Cut) -> tuple[Parts, ...] | None:
        """The parts its gateways are with; null when a host does not work."""
        if need.hosts & cut.down.devices:
            return None
        return tuple(self.touched(gateway, cut) for gateway in sorted(need.gateways))
