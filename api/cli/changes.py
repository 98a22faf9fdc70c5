"""Changes of the network: ``plan apply rollback render``."""

import getpass
import sys
from typing import Annotated

import typer

from api.cli.as_of import AsOfOption
from api.cli.change_tables import Bar, print_plan, print_report
from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.endings import report_code, stoppable
from api.cli.job_tables import job_document, print_queued
from api.cli.output import EXIT_DONE, EXIT_FINDINGS, EXIT_UNREACHABLE, JsonOption, emit_json, notice
from api.cli.plan_document import plan_document
from api.cli.terms import AtOption, DetachOption, OverrideOption, WaitOption, terms_of
from api.context import Context
from api.working import jobs_of, presence_of
from automation import rollback as rollbacks
from automation.change import Change, Plan, Report, Scope
from automation.jobs.detach import Terms, agreed, detach
from inventory.database.revision import parse_moment
from inventory.errors import RefusedRequest, UnknownObject

YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
CommentOption = Annotated[str, typer.Option("--comment", help="Why; kept with the change.")]


def plan(
    device: DeviceOption = None,
    site: SiteOption = None,
    check: Annotated[bool, typer.Option("--check", help="Exit with 1 when something would change.")] = False,
    comment: CommentOption = "",
    as_json: JsonOption = False,
) -> None:
    """Show what would change on each device and which e-services would be lost or gained."""
    context = Context()
    change = _planned(context, scope_of(device, site), comment)
    made = _plan_of(change)
    if as_json:
        emit_json(plan_document(change, made))
    else:
        print_plan(change, made)
    raise typer.Exit(_plan_code(context, made, check))


def apply(
    plan_id: Annotated[str | None, typer.Argument(help="A plan; without it a new one is made and shown.")] = None,
    device: DeviceOption = None,
    site: SiteOption = None,
    yes: YesOption = False,
    comment: CommentOption = "",
    detached: DetachOption = False,
    at: AtOption = None,
    wait: WaitOption = False,
    override: OverrideOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make it so, with timed revert on every device and probes deciding. With a time or a window it is detached."""
    terms = terms_of(at, wait, override)
    context = Context()
    change = context.changes.store.get(plan_id) if plan_id else _planned(context, scope_of(device, site), comment)
    if not yes:
        if not as_json:
            print_plan(change, _plan_of(change))
        _ask(f"Apply {_plan_of(change).id}?")
    if detached or terms.at or terms.wait:
        return _leave(context, change, terms, as_json)
    agreed(context.changes, change, _who(), terms)
    with stoppable() as stop, Bar(as_json) as bar:
        report = context.changes.apply(change.id, _who(), bar, stop)
    return _end(report, as_json)


def rollback(
    change: Annotated[str, typer.Argument(help="A confirmed change.")],
    yes: YesOption = False,
    comment: CommentOption = "",
    as_json: JsonOption = False,
) -> None:
    """Undo a change: devices return to what they ran before it."""
    changes = Context().changes
    draft = rollbacks.begin(changes, change, _who(), comment)
    with Bar(as_json) as bar:
        planned = changes.plan(draft.id, bar)
    if not yes:
        if not as_json:
            print_plan(planned, _plan_of(planned))
        _ask(f"Take {change} back?")
    with stoppable() as stop, Bar(as_json) as bar:
        report = changes.apply(planned.id, _who(), bar, stop)
    _end(report, as_json)


def render(
    device: Annotated[str, typer.Argument(help="A configured device.")],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print the configuration a device should have, or should have had."""
    bundle = Context().changes.render(device, parse_moment(as_of))
    if as_json:
        emit_json({"device": device, "parts": bundle.texts()})
    else:
        typer.echo(str(bundle), nl=False)


def _planned(context: Context, scope: Scope, comment: str) -> Change:
    changes = context.changes
    if not any(True for _ in context.inventory.network().configured()):
        raise UnknownObject("the inventory has no configured device", fix="import one with `inventory import`")
    return changes.plan(changes.create(scope, comment, _who()).id, lambda step: notice(step.text))


def _plan_of(change: Change) -> Plan:
    if change.plan is None:
        raise RefusedRequest("the change was never planned", where=f"change:{change.id}", fix="make a new plan")
    return change.plan


def _who() -> str:
    return getpass.getuser()


def _ask(question: str) -> None:
    """On standard error, so that standard output stays the answer's; anything but yes refuses, and so does a pipe."""
    if not sys.stdin.isatty() or not typer.confirm(question, default=False, err=True):
        raise RefusedRequest("not applied", fix="answer y, or give --yes")


def _leave(context: Context, change: Change, terms: Terms, as_json: bool) -> None:
    job = detach(context.changes, jobs_of(context), change.id, _who(), terms)
    if as_json:
        emit_json(job_document(job))
    else:
        print_queued(job, presence_of(context))


def _end(report: Report, as_json: bool) -> None:
    if as_json:
        emit_json(report.model_dump(mode="json"))
    else:
        print_report(report)
    raise typer.Exit(report_code(report))


def _plan_code(context: Context, made: Plan, check: bool) -> int:
    """A device that never carried a configuration of ours may be out of reach: the way to it is yet to be made."""
    configured = context.changes.store.configured()
    if any(name in configured for name in made.unreached):
        return EXIT_UNREACHABLE
    return EXIT_FINDINGS if check and made.differs else EXIT_DONE
