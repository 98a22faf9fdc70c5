"""How commands speak: one JSON document or a table on standard output, everything else on standard error."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table

from inventory.errors import SilesiaNetError

console = Console(emoji=False)
notices = Console(stderr=True, emoji=False)

JsonOption = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on standard output.")]

EXIT_DONE, EXIT_FINDINGS, EXIT_USAGE, EXIT_UNREACHABLE, EXIT_ROLLED_BACK = range(5)

EXIT_CODES = {
    "error": EXIT_FINDINGS,
    "bad-input": EXIT_FINDINGS,
    "refused": EXIT_FINDINGS,
    "stale": EXIT_FINDINGS,
    "precondition-required": EXIT_USAGE,
    "forbidden": EXIT_FINDINGS,
    "too-many": EXIT_FINDINGS,
    "usage": EXIT_USAGE,
    "unknown-object": EXIT_USAGE,
    "unreachable": EXIT_UNREACHABLE,
    "device-failed": EXIT_UNREACHABLE,
}
"""Exit code of each error code; a test checks that every error class has a row."""


def emit_json(document: Any) -> None:
    """Print one JSON document; keys keep their order, dates are RFC 3339."""
    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z).decode())


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table for people."""
    grid = Table(title=title, title_justify="left")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*("" if cell is None else str(cell) for cell in row))
    console.print(grid)


def notice(text: str) -> None:
    """Say something that is not the answer."""
    notices.print(text, markup=False, highlight=False, soft_wrap=True)


def exit_code(error: SilesiaNetError) -> int:
    """The process exit code of an error."""
    return EXIT_CODES[error.code]
