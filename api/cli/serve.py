"""``silesianet serve`` and ``silesianet monitor``."""

from typing import Annotated

import typer

from api.context import Context
from api.settings import ApiSettings


def serve(
    monitor: Annotated[bool, typer.Option(help="Also poll, receive traps and probe in this process.")] = True,
) -> None:
    """Run the API, the web page and the monitor until told to stop (SIGTERM)."""
    from api import serve as server

    server.serve(Context(), ApiSettings(), monitor=monitor)


def monitor(
    shard: Annotated[str, typer.Option(help="Which part of the devices, written i/N, counted from 0.")] = "0/1",
) -> None:
    """Poll one shard of the devices, without the API, until told to stop (SIGTERM)."""
    from api.monitor import run, shard_of

    run(Context(), shard_of(shard))
