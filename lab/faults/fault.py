"""Faults as values: an element of the inventory, the way it fails, and what that means for which nodes."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from inventory.errors import UnknownObject, WrongUsage
from inventory.model.element import ElementKind
from inventory.model.fact import Fact


class FaultKind(StrEnum):
    """How an element fails, or what somebody did to it. `loss` takes a percentage: ``loss=10``."""

    DOWN = "down"
    SILENT = "silent"
    LOSS = "loss"
    OFF = "off"
    STOPPED = "stopped"
    DNS = "dns"
    UNFILTERED = "unfiltered"
    """A device forwards whatever comes: somebody has emptied its filter."""
    DRIFT = "drift"
    """A device refuses its LAN every web service: somebody has put in a rule by hand."""
    BLACKHOLE = "blackhole"
    """A router drops what is meant for e-services: somebody has put in routes to nowhere."""
    BYPASSED = "bypassed"
    """A link is cut, and a wire that no inventory knows joins its far end with the management station's gateway."""
    MOVED = "moved"
    """The name of an e-service leads to another address than the inventory says."""
    BLIND = "blind"
    """The agent of a site cannot send what it sees, though nothing is wrong there."""
    CLOCK = "clock"
    """The clock of the machine of a site agent is ten years ahead."""
    UNTRUSTING = "untrusting"
    """The file of authorities that a site agent trusts has been taken away."""


POSSIBLE = {
    ElementKind.LINK: (FaultKind.DOWN, FaultKind.SILENT, FaultKind.LOSS, FaultKind.BYPASSED),
    ElementKind.SRG: (FaultKind.DOWN,),
    ElementKind.DEVICE: (FaultKind.OFF, FaultKind.UNFILTERED, FaultKind.DRIFT, FaultKind.BLACKHOLE),
    ElementKind.SITE: (FaultKind.OFF, FaultKind.BLIND, FaultKind.CLOCK, FaultKind.UNTRUSTING),
    ElementKind.SERVICE: (FaultKind.STOPPED, FaultKind.DNS, FaultKind.MOVED),
}


class Effect(Fact):
    """One thing done to one node: `target` is an interface, a service, a DNS name or another node, by kind.

    ``values`` are addresses or networks, for kinds that need them.
    """

    kind: FaultKind
    node: str
    target: str = ""
    percent: float = 0
    values: tuple[str, ...] = ()


class Fault(Fact):
    """A fault in force, with its effects as they were resolved when it was set."""

    element: str
    kind: FaultKind
    percent: float = 0
    since: datetime
    effects: tuple[Effect, ...]

    @property
    def text(self) -> str:
        """The kind as it is typed."""
        return f"{self.kind}={self.percent:g}" if self.kind is FaultKind.LOSS else str(self.kind)


def parse(text: str) -> tuple[FaultKind, float]:
    """Read ``down`` or ``loss=12.5``."""
    name, separator, value = text.partition("=")
    if name not in FaultKind:
        raise WrongUsage(f"unknown fault {text!r}", fix=f"use one of {', '.join(FaultKind)} (loss=PERCENT)")
    kind = FaultKind(name)
    if (kind is FaultKind.LOSS) != bool(separator):
        raise WrongUsage(f"fault {text!r} is incomplete or has a value too many", fix="only loss takes one: loss=10")
    if not separator:
        return kind, 0
    try:
        percent = float(value)
    except ValueError:
        percent = -1
    if not 0 < percent <= 100:
        raise WrongUsage(f"loss {value!r} is not a percentage", fix="write a number above 0 and up to 100: loss=10")
    return kind, percent


def unknown(element: str) -> UnknownObject:
    """The error for an element that the lab does not hold."""
    return UnknownObject("not in the running lab", where=element, fix="`silesianet lab status` shows what is")


def effects_of(faults: Iterable[Fault]) -> frozenset[Effect]:
    """All effects of a set of faults; overlapping faults share theirs."""
    return frozenset(effect for fault in faults for effect in fault.effects)


def without_power(faults: Iterable[Fault]) -> frozenset[str]:
    """Nodes that are switched off."""
    return frozenset(e.node for e in effects_of(faults) if e.kind is FaultKind.OFF)
