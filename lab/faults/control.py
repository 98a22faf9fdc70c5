"""Setting and clearing faults: the difference between two sets of effects, carried out on the nodes."""

import time
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from inventory.errors import UnknownObject, WrongUsage
from inventory.model.element import Element
from inventory.model.network import Network
from lab.directory import Directory
from lab.faults import carry_out, store
from lab.faults.effects import resolve
from lab.faults.fault import Effect, Fault, FaultKind, effects_of, parse
from lab.lock import held

if TYPE_CHECKING:
    from lab.state import LabState


_SHORTEST_CUT_SECONDS = 1.0


def set_fault(state: "LabState", network: Network, element: str, kind: str) -> Fault:
    """Break an element in a way (``down``, ``loss=10`` …); setting it again replaces the same kind of fault."""
    try:
        named = Element.parse(element)
    except ValueError as error:
        raise WrongUsage(str(error)) from None
    what, percent = parse(kind)
    with held(Directory.of(state.home)):
        effects = resolve(state, network, named, what, percent)
        fault = Fault(element=element, kind=what, percent=percent, since=datetime.now(UTC), effects=effects)
        others = [f for f in store.listed(state.home) if (f.element, f.kind) != (element, what)]
        _change(state, [*others, fault])
    return fault


def clear_fault(state: "LabState", element: str | None = None) -> tuple[Fault, ...]:
    """Put right every fault of an element, or all of them; return what was cleared."""
    with held(Directory.of(state.home)):
        before = store.listed(state.home)
        cleared = tuple(f for f in before if element is None or f.element == element)
        if element is not None and not cleared:
            raise UnknownObject("has no fault", where=element, fix="`silesianet lab fault list` shows all faults")
        _let_be_noticed(cleared)
        _change(state, [f for f in before if f not in cleared])
    return cleared


def _let_be_noticed(faults: Iterable[Fault]) -> None:
    """Let a cut last a moment: after one of a few milliseconds FRR 8.4 shows routes that the kernel has dropped."""
    cuts = [f.since for f in faults if f.kind in {FaultKind.DOWN, FaultKind.OFF, FaultKind.BYPASSED}]
    if cuts:
        age = (datetime.now(UTC) - max(cuts)).total_seconds()
        time.sleep(max(0.0, _SHORTEST_CUT_SECONDS - age))


def _change(state: "LabState", faults: Iterable[Fault]) -> None:
    """Move the lab to these faults. They are stored first: a clear after a crash still knows what to undo."""
    wanted = tuple(faults)
    present: frozenset[Effect] = effects_of(store.listed(state.home))
    store.save(state.home, wanted)
    carry_out.transition(Directory.of(state.home), present, effects_of(wanted))
