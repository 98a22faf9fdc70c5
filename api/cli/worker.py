"""``silesianet worker``: carries out jobs, here or near the devices of a PoP."""

import signal
import threading
from typing import Annotated

import typer

from api.cli.output import notice
from api.context import Context
from api.working import worker_of
from automation.jobs.job import MAIN


def worker(
    queue: Annotated[
        list[str] | None,
        typer.Option("--queue", metavar="POP", help=f"Serve this queue: {MAIN}, or a PoP's router; may be repeated."),
    ] = None,
) -> None:
    """Carry out jobs until told to stop (SIGTERM); what runs then is taken back in order."""
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    made = worker_of(Context(), tuple(queue or (MAIN,)))
    notice(f"worker {made.name} serves {', '.join(queue or (MAIN,))}")
    made.run(stopping)
