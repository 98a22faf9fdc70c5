"""``silesianet backup``: the running configuration of every device, saved and looked up."""

import getpass
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import EXIT_DONE, EXIT_UNREACHABLE, JsonOption, console, emit_json, notice, table
from api.context import Context
from api.entries import moment
from automation.backup import backup as save_all
from automation.backups.origin import Blamed, Since, blame
from automation.backups.repository import Repository, Saving
from automation.secrets.chain import secrets_of
from automation.secrets.needed import needed
from automation.settings import SecretSettings
from automation.store import ChangeStore
from inventory.day import day_at
from inventory.errors import SilesiaNetError

SAVE = "save"
SHORT = 10
"""Letters of a commit shown to people."""

DeviceArgument = Annotated[str, typer.Argument(metavar="DEVICE", help="A device, also one that is no more.")]


class SavesByItself(TyperGroup):
    """A group that saves when no command of it is named, so that options may follow it directly."""

    default = SAVE

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command in that was left out."""
        named = bool(args) and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if named else [SAVE, *args])


app = typer.Typer(cls=SavesByItself, add_completion=False, help=__doc__)


@app.command(SAVE)
def save(
    device: DeviceOption = None,
    site: SiteOption = None,
    folder: Annotated[Path | None, typer.Option("--to", help="Folder; SILESIANET_HOME/backup without it.")] = None,
    comment: Annotated[str, typer.Option("--comment", help="Why; kept with the backup.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Save the running configuration of every device."""
    context = Context()
    place = folder or _home(context)
    saved = save_all(context.changes, scope_of(device, site), place, getpass.getuser(), comment, _known(context))
    if as_json:
        emit_json({"folder": str(place), "devices": [s.model_dump(mode="json") for s in saved]})
    else:
        rows = [(s.name, _word(s.reached, s.changed), s.reason) for s in saved]
        table(f"Backup in {place}", ("device", "state", "reason"), rows)
    raise typer.Exit(EXIT_DONE if all(s.reached for s in saved) else EXIT_UNREACHABLE)


@app.command("log")
def log(
    device: DeviceArgument,
    limit: Annotated[int, typer.Option(min=1, help="How many to show.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """Backups in which a device had changed, newest first: when, by whom and why."""
    found = Repository(_home(Context())).log(device, limit)
    if as_json:
        emit_json({"device": device, "backups": [_saving(saving) for saving in found]})
        return
    rows = [(saving.commit[:SHORT], moment(saving.at), saving.who, saving.message) for saving in found]
    table(f"Backups of {device}", ("backup", "at", "by", "what"), rows)


@app.command("show")
def show(
    device: DeviceArgument,
    at: Annotated[str | None, typer.Option("--at", metavar="COMMIT", help="This backup; the last without it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print what a device ran at a backup; secrets are masked."""
    repository = Repository(_home(Context()))
    commit = repository.commit(at) if at else "HEAD"
    text = repository.show(device, commit)
    if as_json:
        emit_json({"device": device, "backup": repository.saving(commit).commit, "text": text})
    else:
        typer.echo(text, nl=False)


@app.command("blame")
def show_blame(device: DeviceArgument, as_json: JsonOption = False) -> None:
    """Who changed which line: the change that made it, or nobody we know of."""
    context = Context()
    found = blame(Since(Repository(_home(context)), ChangeStore(context.engine)), device)
    if as_json:
        emit_json({"device": device, "lines": [_line(line) for line in found]})
        return
    widest = max((len(_origin(line)) for line in found), default=0)
    for line in found:
        origin = f"{line.commit[:SHORT]}  {moment(line.at)}  {_origin(line):<{widest}}"
        console.print(f"{origin}  {line.text}", markup=False, highlight=False, soft_wrap=True)


@app.command("diff")
def diff(
    device: DeviceArgument,
    before: Annotated[str, typer.Argument(metavar="A", help="A backup, as `backup log` names it.")],
    after: Annotated[str, typer.Argument(metavar="B", help="Another one.")],
    as_json: JsonOption = False,
) -> None:
    """What changed on a device between two backups."""
    repository = Repository(_home(Context()))
    a, b = repository.commit(before), repository.commit(after)
    text = repository.diff(device, a, b)
    if as_json:
        emit_json({"device": device, "a": a, "b": b, "diff": text})
    else:
        typer.echo(text, nl=False)


def _known(context: Context) -> dict[str, str]:
    """Values to look for; without them, secrets are still found by what stands before them."""
    try:
        return secrets_of(SecretSettings()).known(needed(context.inventory.network(), day_at()))
    except SilesiaNetError as fault:
        notice(f"secrets are not masked by name: {fault}")
        return {}


def _home(context: Context) -> Path:
    return context.settings.home / "backup"


def _saving(saving: Saving) -> dict[str, Any]:
    return {"backup": saving.commit, "at": moment(saving.at), "who": saving.who, "message": saving.message}


def _line(line: Blamed) -> dict[str, Any]:
    found = {"line": line.number, "text": line.text, "backup": line.commit, "seen": moment(line.at)}
    return found | {"change": line.change, "who": line.who}


def _origin(line: Blamed) -> str:
    """A line no change of ours made was typed past us: who it was, only the device's own log can tell."""
    return f"{line.who} ({line.change})" if line.change else "past us"


def _word(reached: bool, changed: bool) -> str:
    return ("changed" if changed else "as before") if reached else "not reached"
