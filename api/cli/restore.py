"""``silesianet restore``: one device back to what it ran at a backup."""

import getpass
from typing import Annotated

import typer

from api.cli.change_tables import Bar, print_plan
from api.cli.output import JsonOption, emit_json
from api.cli.plan_document import plan_document
from api.context import Context
from automation.backups.repository import Repository
from automation.change import Change
from automation.restore import begin, origin

FromOption = Annotated[
    str | None,
    typer.Option("--from", metavar="BACKUP", help="A backup, a change (what ran before it) or a moment; the last one."),
]
OnlyPlan = Annotated[bool, typer.Option("--plan", help="Make the plan and show it, apply nothing.")]


def restore(
    device: Annotated[str, typer.Argument(metavar="DEVICE", help="A configured device.")],
    point: FromOption = None,
    only_plan: OnlyPlan = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    comment: Annotated[str, typer.Option("--comment", help="Why; kept with the change.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Take a device back to what it ran at a backup, with timed revert and probes deciding, as any change."""
    context = Context()
    changes = context.changes
    found = origin(changes, Repository(context.settings.home / "backup"), device, point)
    draft = begin(changes, device, found, getpass.getuser(), comment)
    with Bar(as_json) as bar:
        planned = changes.plan(draft.id, bar)
    if only_plan:
        _show(planned, as_json)
        return
    from api.cli.changes import apply

    apply(planned.id, yes=yes, as_json=as_json)


def _show(planned: Change, as_json: bool) -> None:
    assert planned.plan is not None
    if as_json:
        emit_json(plan_document(planned, planned.plan))
    else:
        print_plan(planned, planned.plan)
