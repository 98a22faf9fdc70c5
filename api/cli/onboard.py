"""``silesianet devices onboard``: a new box becomes the device the inventory says it is."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.cli.output import EXIT_DONE, EXIT_FINDINGS, EXIT_ROLLED_BACK, JsonOption, emit_json, notice, table
from api.context import Context
from inventory.errors import RefusedRequest, WrongUsage

if TYPE_CHECKING:
    from automation.change import Report
    from automation.onboarding.onboard import Candidate
    from automation.onboarding.scan import Seen


def onboard(
    host: Annotated[str | None, typer.Argument(metavar="HOST", help="Address at which a new box answers.")] = None,
    prefix: Annotated[
        str | None, typer.Option("--scan", metavar="PREFIX", help="Look for boxes in a management prefix.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell which device each is; write nothing.")] = False,
    replaces: Annotated[
        bool, typer.Option("--replaces", help="The key pinned so far is of a box this one replaces.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Match a box by serial number or MAC, pin its host key, configure it by a change, and verify it."""
    from api.composition import onboarding_of  # the drivers take a second to import
    from automation.onboarding.scan import Seen, hosts, scan

    if (host is None) == (prefix is None):
        raise WrongUsage("give HOST or --scan, and not both", where="devices onboard")
    context = Context()
    onboarding = onboarding_of(context)
    seen: tuple[Seen, ...]
    if host is not None:
        seen = (Seen(host, onboarding.recognise(host, replaces)),)
    else:
        wanted = hosts(context.inventory.network(), prefix or "")
        seen = tuple(scan(onboarding, wanted, replaces))
    found = [s.candidate for s in seen if s.candidate and (host is not None or not s.candidate.known)]
    reports: dict[str, Report] = {}
    if not dry_run and found:
        _ask(found, yes)
        reports = {c.host: onboarding.carry_out(c, getpass.getuser()) for c in found}
    _show(seen, reports, as_json)
    raise typer.Exit(_code(reports))


def _ask(found: "list[Candidate]", yes: bool) -> None:
    for one in found:
        notice(f"{one.host} is {one.device} ({one.identity}), host key {one.key.fingerprint}")
    if yes:
        return
    if not sys.stdin.isatty() or not typer.confirm("Pin and configure?", default=False, err=True):
        raise RefusedRequest("not onboarded", fix="answer y, or give --yes")


def _show(seen: "tuple[Seen, ...]", reports: "dict[str, Report]", as_json: bool) -> None:
    rows = [_row(s, reports.get(s.host)) for s in seen]
    if as_json:
        emit_json({"hosts": rows})
    else:
        columns = ("host", "device", "identity", "fingerprint", "pinned", "change", "state", "reason")
        table("Boxes", columns, [[row[name] for name in columns] for row in rows])


def _row(seen: "Seen", report: "Report | None") -> dict[str, Any]:
    found = seen.candidate
    return {
        "host": seen.host, "device": found.device if found else None,
        "identity": str(found.identity) if found else None, "fingerprint": found.key.fingerprint if found else None,
        "pinned": found.known if found else None, "change": report.change if report else None,
        "state": report.state if report else None, "reason": report.reason if report else seen.reason,
    }  # fmt: skip


def _code(reports: "dict[str, Report]") -> int:
    from automation.change import State

    states = {report.state for report in reports.values()}
    if State.ROLLED_BACK in states:
        return EXIT_ROLLED_BACK
    return EXIT_DONE if states <= {State.CONFIRMED} else EXIT_FINDINGS
