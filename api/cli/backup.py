"""``silesianet backup``: the running configuration of every device, saved and looked up."""

from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import EXIT_DONE, EXIT_UNREACHABLE, JsonOption, emit_json, table
from api.context import Context
from automation.backup import backup as save_all

SAVE = "save"


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
    as_json: JsonOption = False,
) -> None:
    """Save the running configuration of every device."""
    context = Context()
    place = folder or context.settings.home / "backup"
    saved = save_all(context.changes, scope_of(device, site), place)
    if as_json:
        emit_json({"folder": str(place), "devices": [s.model_dump(mode="json") for s in saved]})
    else:
        rows = [(s.name, _word(s.reached, s.changed), s.reason) for s in saved]
        table(f"Backup in {place}", ("device", "state", "reason"), rows)
    raise typer.Exit(EXIT_DONE if all(s.reached for s in saved) else EXIT_UNREACHABLE)


def _word(reached: bool, changed: bool) -> str:
    return ("changed" if changed else "as before") if reached else "not reached"
