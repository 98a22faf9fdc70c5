"""``silesianet drift``: what devices run beside what they should run, and the change that puts it right."""

import getpass
import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.cli.change_tables import print_drift, print_plan
from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import EXIT_DONE, EXIT_FINDINGS, EXIT_UNREACHABLE, JsonOption, emit_json
from api.cli.plan_document import plan_document
from api.context import Context
from automation.change import Change
from automation.drift import Drift, remedy
from automation.drift import drift as compare_all
from automation.drift_store import DriftStore

PlanOption = Annotated[bool, typer.Option("--plan", help="Make the change that puts it right, for `apply`.")]


def drift(
    device: DeviceOption = None, site: SiteOption = None, make_plan: PlanOption = False, as_json: JsonOption = False
) -> None:
    """Compare devices with their intended configuration."""
    context = Context()
    found = compare_all(context.changes, scope_of(device, site))
    DriftStore(context.engine).record(found, time.time())
    planned = remedy(context.changes, found, getpass.getuser()) if make_plan else None
    if as_json:
        emit_json(_document(found, planned) if make_plan else _document(found))
    else:
        _print(found, planned)
    if not all(d.reached for d in found):
        raise typer.Exit(EXIT_UNREACHABLE)
    raise typer.Exit(EXIT_FINDINGS if any(d.drifted for d in found) else EXIT_DONE)


def _document(found: Sequence[Drift], *planned: Change | None) -> dict[str, Any]:
    devices = [d.model_dump(mode="json") | {"drifted": d.drifted} for d in found]
    plans = [plan_document(change, change.plan) if change and change.plan else None for change in planned]
    return {"devices": devices} | ({"plan": plans[0]} if plans else {})


def _print(found: Sequence[Drift], planned: Change | None) -> None:
    print_drift(found)
    if planned and planned.plan:
        print_plan(planned, planned.plan)
