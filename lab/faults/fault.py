"""Faults as values: an element of the inventory, the way it fails, and what that means for which nodes."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from inventory.errors import UnknownObject, WrongUsage
from inventory.model.element import ElementKind
from inventory.model.fact import Fact


class FaultKind(StrEnum):
    """How an element fails. `loss` takes a percentage: ``loss=10``."""

    DOWN = "down"
    SILENT = "silent"
    LOSS = "loss"
    OFF = "off"
    STOPPED = "stopped"
    DNS = "dns"


POSSIBLE = {
    ElementKind.LINK: (FaultKind.DOWN, FaultKind.SILENT, FaultKind.LOSS),
    ElementKind.SRG: (FaultKind.DOWN,),
    ElementKind.DEVICE: (FaultKind.OFF,),
    ElementKind.SITE: (FaultKind.OFF,),
    ElementKind.SERVICE: (FaultKind.STOPPED, FaultKind.DNS),
}


class Effect(Fact):
    """One thing done to one node: `target` is an interface, a service or a DNS name, by kind."""

    kind: FaultKind
    node: str
    target: str = ""
    percent: float = 0


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
