"""``silesianet jobs``: changes and other long work."""

import getpass
from typing import Annotated, Any

import typer

from api.cli import job_schedules, job_windows
from api.cli.change_tables import Bar, print_plan, print_report
from api.cli.endings import report_code
from api.cli.job_tables import COLUMNS, follow, job_document, job_row
from api.cli.output import EXIT_DONE, EXIT_FINDINGS, JsonOption, console, emit_json, notice, table
from api.cli.plan_document import plan_document
from api.context import Context
from api.working import jobs_of
from automation.change import Change
from automation.jobs.admission import Calendar
from automation.jobs.detach import resume
from automation.jobs.job import Job, JobState
from automation.jobs.store import JobStore
from automation.store import ChangeStore
from inventory.errors import RefusedRequest

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Changes and other long work.")
app.add_typer(job_windows.app, name="window")
app.add_typer(job_schedules.app, name="schedule")

JobArgument = Annotated[str, typer.Argument(help="A job's number, a change or a plan.")]


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(min=1, help="How many jobs to show.")] = 50,
    state: Annotated[JobState | None, typer.Option(help="Only jobs in this state.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Jobs, newest first."""
    found = jobs_of(Context()).list(limit, state)
    if as_json:
        results = [job_document(job) for job in found]
        emit_json({"count": len(found), "next": None, "previous": None, "results": results})
    else:
        table("Jobs", COLUMNS, [job_row(job) for job in found])


@app.command("show")
def show_job(
    job: JobArgument,
    following: Annotated[bool, typer.Option("--follow", help="Show how far it is, until it is over.")] = False,
    as_json: JsonOption = False,
) -> None:
    """A job and its change, with the report once it has ended. Followed to its end, the exit code is that of apply."""
    context = Context()
    jobs = jobs_of(context)
    found = _newest(context, jobs, job)
    if following and found is not None:
        with Bar(as_json) as bar:
            found = follow(jobs, found.id, bar)
    change = found.change if found is not None else job
    if change is not None:
        _show_change(context, ChangeStore(context.engine).get(change), found, as_json)
    elif found is not None:
        _show_job(found, jobs.result(found.id), as_json)
    raise typer.Exit(_code(context, found) if following and found is not None else EXIT_DONE)


@app.command("cancel")
def cancel_job(job: JobArgument, as_json: JsonOption = False) -> None:
    """Stop a job: one that waits never begins; what a running one has begun is undone in order."""
    context = Context()
    jobs = jobs_of(context)
    if job.isdecimal():
        wanted = jobs.get(int(job))
    else:
        id_ = ChangeStore(context.engine).get(job).id
        going_on = [j for j in jobs.of_change(id_) if not j.over]
        if not going_on:
            raise RefusedRequest("the change is not under way", where=f"change:{id_}")
        wanted = going_on[0]
    cancelled = jobs.cancel(wanted.id)
    if as_json:
        emit_json(job_document(cancelled))
    elif cancelled.over:
        notice(f"job {cancelled.id} will not begin")
    else:
        notice(
            f"what job {cancelled.id} has begun will be taken back; see `silesianet jobs show {cancelled.id} --follow`"
        )


@app.command("resume")
def resume_change(
    change: Annotated[str, typer.Argument(help="A change that has ended, or its plan.")], as_json: JsonOption = False
) -> None:
    """Plan a new change for the devices that do not carry an ended one: failed, skipped, or taken back with it."""
    changes = Context().changes
    draft = resume(changes, change, getpass.getuser())
    made = changes.plan(draft.id, lambda step: notice(step.text))
    assert made.plan is not None
    if as_json:
        emit_json(plan_document(made, made.plan) | {"resumes": made.resumes})
    else:
        print_plan(made, made.plan)
        notice(f"it goes on with {made.resumes}; carry it out with `silesianet apply {made.plan.id}`")


def _newest(context: Context, jobs: JobStore, name: str) -> Job | None:
    """The job of that number, or the last one of a change."""
    if name.isdecimal():
        return jobs.get(int(name))
    return next(iter(jobs.of_change(ChangeStore(context.engine).get(name).id)), None)


def _show_change(context: Context, change: Change, job: Job | None, as_json: bool) -> None:
    if as_json:
        emit_json(_change_document(context, change, job))
    elif change.report is not None:
        print_report(change.report)
    elif change.plan is not None:
        print_plan(change, change.plan)
    else:
        console.print(f"{change.id} is {change.state}", highlight=False)
    if job is not None and not as_json and change.report is None:
        _show_job(job, None, as_json=False)


def _show_job(job: Job, result: dict[str, Any] | None, as_json: bool) -> None:
    if as_json:
        emit_json(job_document(job) | {"result": result})
    else:
        console.print(f"job {job.id} ({job.kind}) is {job.state}: {job.progress}", highlight=False)


def _code(context: Context, job: Job) -> int:
    report = ChangeStore(context.engine).get(job.change).report if job.change and job.kind != "plan" else None
    if report is not None:
        return report_code(report)
    return EXIT_DONE if job.state == JobState.DONE else EXIT_FINDINGS


def _change_document(context: Context, change: Change, job: Job | None) -> dict[str, Any]:
    """Without the bundles of the plan, which `plan --json` leaves out too."""
    document = {"slug": change.id} | change.model_dump(mode="json", exclude={"plan", "report"})
    document["plan"] = plan_document(change, change.plan) if change.plan else None
    document["report"] = change.report.model_dump(mode="json") if change.report else None
    document["job"] = job_document(job) if job else None
    document["overrides"] = [o.model_dump(mode="json") for o in Calendar(context.engine).overrides(change.id)]
    return document
