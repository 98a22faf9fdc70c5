"""``--as-of``: the option of every command that reads what has a past."""

from typing import Annotated

import typer

AsOfOption = Annotated[
    str | None, typer.Option("--as-of", metavar="WHEN", help="A revision number, a date or an instant (RFC 3339).")
]
