"""First-match rules decided for many flows at once: which rule matches which flow is worked out once per rule."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np

from inventory.model.rule import Action, RuleProtocol
from inventory.policy import Address, Block, Flow, PolicyRule
from monitoring.reachability.labels import Mask


class Matching:
    """Flows of one family, their sources left open, and the rules met so far."""

    def __init__(self, flows: Sequence[Flow | None]) -> None:
        self._flows = flows
        self._at: dict[Address, list[int]] = defaultdict(list)
        for number, flow in enumerate(flows):
            if flow is not None:
                self._at[flow.destination].append(number)
        self._version = next(iter(self._at)).version if self._at else 4
        self._rows: dict[int, tuple[PolicyRule, Mask]] = {}

    def permitted(self, rules: Sequence[PolicyRule], source: Address | None) -> Mask:
        """Which flows from a source the first rule that matches permits, shape (flows,)."""
        asked = [rule for rule in rules if rule.sent_by(source)]
        rows = np.array([self._row(rule) for rule in asked])
        permits = np.array([rule.action is Action.PERMIT for rule in asked])
        return permits[rows.argmax(axis=0)] & rows.any(axis=0)

    def _row(self, rule: PolicyRule) -> Mask:
        """Which flows a rule matches if it looks at their source; rules are told apart by identity."""
        known = self._rows.get(id(rule))
        if known is None:
            known = self._rows[id(rule)] = (rule, self._matched(rule))
        return known[1]

    def _matched(self, rule: PolicyRule) -> Mask:
        row = np.zeros(len(self._flows), np.bool_)
        row[[number for number in self._aimed(rule) if self._fits(rule, self._flows[number])]] = True
        return row

    def _aimed(self, rule: PolicyRule) -> list[int]:
        """Flows to the destinations of a rule."""
        if not rule.destinations:
            return [number for number, flow in enumerate(self._flows) if flow is not None]
        if all(block.num_addresses == 1 for block in rule.destinations):
            return [number for block in rule.destinations for number in self._at.get(block.network_address, ())]
        inside = spans(rule.destinations, self._version)
        return [number for address in self._at if inside(address) for number in self._at[address]]

    @staticmethod
    def _fits(rule: PolicyRule, flow: Flow | None) -> bool:
        assert flow is not None, "only flows that exist are aimed anywhere"
        if rule.protocol is not RuleProtocol.ANY and rule.protocol is not flow.protocol:
            return False
        return not rule.ports or flow.port in rule.ports


def spans(blocks: Sequence[Block], version: int) -> Callable[[Address | None], bool]:
    """Tells quickly whether an address of a version lies in one of many blocks."""
    found = sorted((int(b.network_address), int(b.broadcast_address)) for b in blocks if b.version == version)
    starts, ends = [first for first, _ in found], list(accumulate((last for _, last in found), max))

    def inside(address: Address | None) -> bool:
        if address is None:
            return False
        place = bisect_right(starts, int(address)) - 1
        return place >= 0 and int(address) <= ends[place]

    return inside
