"""``silesianet worker``: carries out jobs, here or near the devices of a PoP."""

import signal
import threading
from typing import Annotated

import typer

from api.cli.output import notice
from api.context import Context
from api.working import near_worker_of, worker_of
from automation.jobs.job import MAIN
from automation.jobs.presence import OWN
from inventory.errors import UnknownObject
from inventory.model.device import Role


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
    context, queues = Context(), tuple(dict.fromkeys(queue or (MAIN,)))
    pops = [name for name in queues if name != MAIN]
    _known(context, pops)
    made = [worker_of(context)] if MAIN in queues else []
    made += [near_worker_of(context, pops)] if pops else []
    threads = [threading.Thread(target=one.run, args=(stopping,), name=one.name) for one in made]
    for one, thread in zip(made, threads, strict=True):
        notice(f"worker {one.name} serves {', '.join(q for q in one.queues if not q.startswith(OWN))}")
        thread.start()
    while any(thread.is_alive() for thread in threads):
        threads[0].join(1.0)
        threads[-1].join(1.0)


def _known(context: Context, pops: list[str]) -> None:
    names = {device.slug for device in context.inventory.network().with_role(Role.POP)}
    for name in pops:
        if name not in names:
            fix = f"use {MAIN}, or one of {', '.join(sorted(names)) or 'the PoPs of an inventory'}"
            raise UnknownObject(f"no PoP {name!r}", where="--queue", fix=fix)
