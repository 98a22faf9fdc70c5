"""``silesianet database``: backup and restore of everything that is stored."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.output import EXIT_FINDINGS, JsonOption, console, emit_json
from api.context import Context
from inventory.database.backup import restore as put_back
from inventory.database.backup import save
from inventory.database.engine import connect

app = typer.Typer(no_args_is_help=True, help="The database: backup and restore.")

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The backup.")]


@app.command()
def backup(
    file: FileArgument,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Save everything to one file, while the programs run; note the digest down in another place."""
    saved = save(Context().engine, file, force)
    if as_json:
        told = {"file": str(saved.file), "bytes": saved.octets}
        emit_json(told | {"revision": saved.revision, "digest": saved.digest})
        return
    _say(f"{saved.file}: {saved.octets} octets, up to revision {saved.revision}")
    _say(f"digest {saved.digest}")


@app.command()
def restore(
    file: FileArgument,
    force: Annotated[bool, typer.Option("--force", help="Replace everything that is in the database.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Make the database what a backup holds, and verify its history; stop the programs first."""
    engine = connect(Context().settings.database)
    found = put_back(engine, file, force)
    if as_json:
        emit_json({"file": str(file)} | found.document())
    else:
        _say(f"restored {file}, up to revision {found.revision}")
        _say(str(found.finding) if found.finding else f"digest {found.digest}")
    if found.finding:
        raise typer.Exit(EXIT_FINDINGS)


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
