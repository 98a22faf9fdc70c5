"""``silesianet drift``: what devices run beside what they should run."""

import time

import typer

from api.cli.change_tables import print_drift
from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import EXIT_DONE, EXIT_FINDINGS, EXIT_UNREACHABLE, JsonOption, emit_json
from api.context import Context
from automation.drift import drift as compare_all
from automation.drift_store import DriftStore


def drift(device: DeviceOption = None, site: SiteOption = None, as_json: JsonOption = False) -> None:
    """Compare devices with their intended configuration."""
    context = Context()
    found = compare_all(context.changes, scope_of(device, site))
    DriftStore(context.engine).record(found, time.time())
    if as_json:
        emit_json({"devices": [d.model_dump(mode="json") | {"drifted": d.drifted} for d in found]})
    else:
        print_drift(found)
    if not all(d.reached for d in found):
        raise typer.Exit(EXIT_UNREACHABLE)
    raise typer.Exit(EXIT_FINDINGS if any(d.drifted for d in found) else EXIT_DONE)
