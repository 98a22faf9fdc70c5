"""Options that say when a change may begin, for every command that begins one."""

from typing import Annotated

import typer

from automation.jobs.detach import Terms
from inventory.database.revision import parse_when
from inventory.errors import WrongUsage

DetachOption = Annotated[bool, typer.Option("--detach", help="Leave it to a worker and return at once with the job.")]
AtOption = Annotated[
    str | None, typer.Option("--at", metavar="WHEN", help="Begin at this instant, such as 2026-11-29T02:00+01:00.")
]
WaitOption = Annotated[bool, typer.Option("--wait-for-window", help="Begin when its maintenance window opens.")]
OverrideOption = Annotated[
    str, typer.Option("--override", metavar="WHY", help="Begin against windows and black-outs; kept on record.")
]


def terms_of(at: str | None, wait: bool, override: str) -> Terms:
    """WrongUsage for a moment that is no instant."""
    moment = instant_of(at)
    return Terms(moment or 0.0, wait, override)


def instant_of(text: str | None) -> float | None:
    """Epoch seconds; a day alone is too vague to begin something, and so is a number."""
    if text is None:
        return None
    found = parse_when(text)
    if isinstance(found, int) or "T" not in text.upper().replace(" ", "T"):
        fix = "write an instant such as 2026-11-29T02:00+01:00"
        raise WrongUsage(f"{text!r} is not an instant", where="--at", fix=fix)
    return found
