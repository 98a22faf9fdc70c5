"""``silesianet rehearse`` and ``approve``: what a planned change would do to the city, and that somebody looked."""

import getpass
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

import typer

from api.cli.output import JsonOption, console, emit_json, table
from api.context import Context
from automation.change import Change, Plan
from inventory.errors import RefusedRequest

PlanArgument = Annotated[str, typer.Argument(metavar="PLAN", help="A plan or a change.")]
SHOWN = 20


def rehearse(plan: PlanArgument, as_json: JsonOption = False) -> None:
    """Try a plan out on the computed city: cells, single points of failure, links, equal access."""
    change = Context().changes.rehearse(plan)
    made = _planned(change)
    if as_json:
        emit_json({"change": change.id, "plan": made.id, "state": change.state, "rehearsal": made.rehearsal})
    else:
        print_rehearsal(made.rehearsal or {})


def approve(plan: PlanArgument, as_json: JsonOption = False) -> None:
    """Say that a plan has been looked at and may be applied. It holds for this very plan and no later one."""
    change = Context().changes.approve(plan, getpass.getuser())
    made = _planned(change)
    given = change.approval.model_dump(mode="json") if change.approval else None
    if as_json:
        emit_json({"change": change.id, "plan": made.id, "state": change.state, "approval": given})
        return
    print_rehearsal(made.rehearsal or {})
    console.print(f"\nplan {made.id} (change {change.id}) is approved", highlight=False)


def print_rehearsal(told: Mapping[str, Any]) -> None:
    """The figures an approver decides by."""
    if told.get("first"):
        console.print(f"nothing was in force before; {len(told['designed']['gained'])} cells would work")
        return
    _say(f"inventory: {row['object']} {row['action']}" for row in told.get("inventory", {}).get("changes", ())[:SHOWN])
    for title, key in (("by design", "designed"), ("with what is down", "now")):
        for verb in ("lost", "gained"):
            _cells(f"{verb} {title}", told.get(key, {}).get(verb, ()))
    losses, spofs, links = told.get("losses", {}), told.get("spofs", {}), told.get("overloads", {})
    counts = f"{len(losses.get('worse', ()))} cost more, {len(losses.get('better', ()))} less than before"
    console.print(f"failures of single elements: {counts}", highlight=False)
    _say(f"new single point of failure: {element}" for element in spofs.get("new", ()))
    _say(f"no longer a single point of failure: {element}" for element in spofs.get("vanished", ()))
    for word in ("new", "vanished"):
        _say(f"{word} overload: {row['link']} at {row['share']:.0%}" for row in links.get(word, ())[:SHOWN])
    moved = told.get("equal_access", {}).get("moved", ())
    rows = [(m["by"], m["group"], m["before"], m["after"]) for m in moved[:SHOWN]]
    if rows:
        table("Equal-access index", ("by", "group", "before", "after"), rows)


def _planned(change: Change) -> Plan:
    if change.plan is None:
        raise RefusedRequest("the change was never planned", where=f"change:{change.id}", fix="make a new plan")
    return change.plan


def _cells(title: str, cells: Iterable[Mapping[str, str]]) -> None:
    counts = Counter(cell["site"] for cell in cells)
    if counts:
        console.print(f"{title}: {sum(counts.values())} cells at {', '.join(sorted(counts))}", highlight=False)


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, highlight=False)
