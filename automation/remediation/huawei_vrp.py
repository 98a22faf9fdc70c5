"""Remediation for Huawei VRP8, which takes a line only where what it stands on is there: ports are made routed and
IPv6 is enabled before they get addresses, and rules of a filter are changed in place by their numbers."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from automation.remediation import indent
from automation.remediation.dialects import VRP

DIALECT = replace(
    VRP,
    in_order=tuple(header for header in VRP.in_order if header != "acl "),
    single=(*VRP.single, "router id ", r"(ospf|ospfv3) timer retransmit ", r"default-domain (\S+)"),
    negations=(
        *VRP.negations,
        (r"undo (ospf(?:v3)? (?:cost|network-type|timer \w+)) .*", r"undo \1"),
        (r"undo (router id|sysname|default-domain \S+) .*", r"undo \1"),
        (r"undo (hwtacacs server shared-key) .*", r"undo \1"),
        (r"undo (snmp-agent usm-user v3 \S+ (?:authentication-mode|privacy-mode)) .*", r"undo \1"),
    ),
)
"""Rules keep the numbers they are given, so that one of them can be exchanged while the filter is in use."""

EARLY = (r"undo portswitch$", r"ipv6 enable$|dot1q termination |vlan-type ", r"undo ", r"portswitch$")
"""What comes first in an interface, in this order."""


def commands(running: str, candidate: str) -> tuple[str, ...]:
    """Commands from one configuration to another."""
    return tuple(_sorted(indent.commands(running, candidate, DIALECT)))


def _sorted(lines: Iterable[str]) -> Iterator[str]:
    """The same with the lines of each block in an order that the device takes."""
    block: list[str] = []
    for line in lines:
        if not line.startswith(" "):
            yield from _block(block)
            block = []
        block.append(line)
    yield from _block(block)


def _block(block: list[str]) -> list[str]:
    if not block or not block[0].startswith(("interface ", "acl ")):
        return block
    end = len(block) - 1 if block[-1].strip() == DIALECT.leave else len(block)
    return [block[0], *sorted(block[1:end], key=_turn), *block[end:]]


def _turn(line: str) -> int:
    return next((place for place, p in enumerate(EARLY) if re.match(p, line.strip())), len(EARLY))
