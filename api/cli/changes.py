"""Changes of the network: ``plan apply rollback render`` and ``jobs``."""

import getpass
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer

from api.cli.as_of import AsOfOption
from api.cli.change_tables import Bar, print_plan, print_report
from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import (
    EXIT_DONE,
    EXIT_FINDINGS,
    EXIT_ROLLED_BACK,
    EXIT_UNREACHABLE,
    JsonOption,
    console,
    emit_json,
    notice,
    table,
)
from api.cli.plan_document import plan_document
from api.context import Context
from automation.change import Change, Outcome, Plan, Report, Scope, State
from automation.jobs.job import Job
from automation.jobs.store import JobStore
from automation.store import ChangeStore
from inventory.database.revision import parse_moment
from inventory.errors import RefusedRequest, UnknownObject

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Changes and other long work.")

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
    as_json: JsonOption = False,
) -> None:
    """Make it so, with timed revert on every device and probes deciding."""
    context = Context()
    change = context.changes.store.get(plan_id) if plan_id else _planned(context, scope_of(device, site), comment)
    if not yes:
        if not as_json:
            print_plan(change, _plan_of(change))
        _ask(f"Apply {_plan_of(change).id}?")
    with _stoppable() as stop, Bar(as_json) as bar:
        report = context.changes.apply(change.id, _who(), bar, stop)
    _end(report, as_json)


def rollback(
    change: Annotated[str, typer.Argument(help="A confirmed change.")],
    yes: YesOption = False,
    comment: CommentOption = "",
    as_json: JsonOption = False,
) -> None:
    """Undo a change: devices return to what they ran before it."""
    changes = Context().changes
    draft = changes.begin_rollback(change, _who(), comment)
    with Bar(as_json) as bar:
        planned = changes.plan(draft.id, bar)
    if not yes:
        if not as_json:
            print_plan(planned, _plan_of(planned))
        _ask(f"Take {change} back?")
    with _stoppable() as stop, Bar(as_json) as bar:
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


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, help="How many jobs to show.")] = 50, as_json: JsonOption = False
) -> None:
    """Jobs, newest first."""
    found = JobStore(Context().engine).list(limit)
    if as_json:
        emit_json({"count": len(found), "next": None, "previous": None, "results": [_job_document(j) for j in found]})
        return
    rows = [(j.id, j.kind, j.change, j.state, j.who, j.progress) for j in found]
    table("Jobs", ("job", "kind", "change", "state", "who", "progress"), rows)


@app.command("show")
def show_job(
    job: Annotated[str, typer.Argument(help="A job's number, a change or a plan.")], as_json: JsonOption = False
) -> None:
    """The change of a job, with its report once it has ended."""
    engine = Context().engine
    found = ChangeStore(engine).get(_change_of(JobStore(engine), job))
    if as_json:
        emit_json(_change_document(found))
    elif found.report is not None:
        print_report(found.report)
    elif found.plan is not None:
        print_plan(found, found.plan)
    else:
        console.print(f"{found.id} is {found.state}", highlight=False)


@app.command("cancel")
def cancel_job(
    job: Annotated[str, typer.Argument(help="A job's number, or the change it carries out.")],
    as_json: JsonOption = False,
) -> None:
    """Ask a job to stop; what it has begun is undone."""
    engine = Context().engine
    jobs = JobStore(engine)
    id_ = ChangeStore(engine).get(_change_of(jobs, job)).id
    running = [j for j in jobs.list(200) if j.change == id_ and j.state == "running"]
    if not running:
        raise RefusedRequest("the change is not under way", where=f"change:{id_}")
    cancelled = jobs.cancel(running[0].id)
    if as_json:
        emit_json(_job_document(cancelled))
    else:
        notice(f"{id_} will be taken back")


def _change_of(jobs: JobStore, name: str) -> str:
    """The change a job's number stands for; any other name is taken for a change or plan."""
    return (jobs.get(int(name)).change or name) if name.isdecimal() else name


def _job_document(job: Job) -> dict[str, Any]:
    return {"slug": str(job.id)} | job.model_dump(mode="json")


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


@contextmanager
def _stoppable() -> Iterator[threading.Event]:
    """The first interrupt asks the change to be taken back in order; the second one ends the program."""
    stop = threading.Event()

    def interrupted(_signal: int, _frame: object) -> None:
        notice("interrupted: taking the change back; once more to leave that to the devices' own timers")
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, interrupted)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


def _end(report: Report, as_json: bool) -> None:
    if as_json:
        emit_json(report.model_dump(mode="json"))
    else:
        print_report(report)
    raise typer.Exit(_report_code(report))


def _plan_code(context: Context, made: Plan, check: bool) -> int:
    """A device that never carried a configuration of ours may be out of reach: the way to it is yet to be made."""
    configured = context.changes.configured()
    if any(name in configured for name in made.unreached):
        return EXIT_UNREACHABLE
    return EXIT_FINDINGS if check and made.differs else EXIT_DONE


def _report_code(report: Report) -> int:
    outcomes = {d.outcome for d in report.devices}
    if report.state is State.ROLLED_BACK or Outcome.ROLLED_BACK in outcomes:
        return EXIT_ROLLED_BACK
    if outcomes & {Outcome.FAILED, Outcome.SKIPPED} and report.state is not State.REFUSED:
        return EXIT_UNREACHABLE
    return EXIT_DONE if report.state is State.CONFIRMED else EXIT_FINDINGS


def _change_document(change: Change) -> dict[str, Any]:
    """Without the bundles of the plan, which `plan --json` leaves out too."""
    document = {"slug": change.id} | change.model_dump(mode="json", exclude={"plan", "report"})
    document["plan"] = plan_document(change, change.plan) if change.plan else None
    document["report"] = change.report.model_dump(mode="json") if change.report else None
    return document
