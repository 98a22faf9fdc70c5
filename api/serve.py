"""Runs the API and the monitor in one process: on the machine's own address, and inside the city network for agents."""

import asyncio
import signal
import socket
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
import uvloop
from fastapi import FastAPI

from api.app import create_app
from api.attached import attached
from api.context import Context
from api.events import EventHub
from api.monitor import Monitor
from api.settings import ApiSettings
from inventory.errors import RefusedRequest, WrongUsage
from inventory.model.device import InterfaceKind

GRACE_SECONDS = 3
URL_FILE, INBAND_URL_FILE = "url", "inband.url"


@dataclass(frozen=True)
class Door:
    """A bound socket and the certificate to speak TLS with, if any; ``url`` is how to reach it."""

    socket: socket.socket
    url: str
    certificate: tuple[Path, Path] | None = None


class _Server(uvicorn.Server):
    """Leaves signals to us: there are two servers in one process, and only one can have a handler."""

    @contextmanager
    def capture_signals(self) -> Generator[None]:
        yield


def serve(context: Context, settings: ApiSettings, *, monitor: bool = True) -> None:
    """Serve until SIGTERM or SIGINT. Writes ``url`` (and ``inband.url`` while a lab is up) into the home."""
    doors = [local_door(settings.listen), *inband_doors(context, settings)]
    running = Monitor(context) if monitor else None
    home = context.settings.home
    home.mkdir(parents=True, exist_ok=True)
    for name, door in zip((URL_FILE, INBAND_URL_FILE), doors, strict=False):
        (home / name).write_text(door.url + "\n")
    try:
        if running:
            running.start()
        asyncio.run(_run(create_app(context, settings, running), doors), loop_factory=uvloop.new_event_loop)
    finally:
        if running:
            running.stop()
        for name in (URL_FILE, INBAND_URL_FILE):
            (home / name).unlink(missing_ok=True)


def local_door(listen: str) -> Door:
    """Bind ``address:port``; port 0 takes a free one. RefusedRequest when it is taken."""
    host, _, port = listen.rpartition(":")
    if not host or not port.isdecimal():
        raise WrongUsage(
            f"{listen!r} is not an address and a port", where="SILESIANET_LISTEN", fix="write 127.0.0.1:8080"
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = _bind(family, host.strip("[]"), int(port))
    return Door(bound, f"http://{host}:{bound.getsockname()[1]}")


def inband_doors(context: Context, settings: ApiSettings) -> Sequence[Door]:
    """The listener inside the management station of the lab, if one is up: site agents reach it in-band only."""
    if not context.lab_is_up:
        return ()
    noc = context.inventory.network().noc
    inside = noc.first(InterfaceKind.HOST) if noc else None
    if inside is None or inside.ipv4 is None:
        return ()
    address = str(inside.ipv4.ip)
    bound = attached(context.attach, lambda: _bind(socket.AF_INET, address, settings.inband_port))
    certificate = _certificate(context.settings.home)
    scheme = "https" if certificate else "http"
    return (Door(bound, f"{scheme}://{address}:{settings.inband_port}", certificate),)


def _certificate(home: Path) -> tuple[Path, Path] | None:
    pair = (home / "lab" / "ca" / "noc.pem", home / "lab" / "ca" / "noc.key")
    return pair if all(path.is_file() for path in pair) else None


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    bound = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # the event loop sends at once only if told
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((host, port))
    except OSError as error:
        bound.close()
        fix = "stop what listens there or set SILESIANET_LISTEN"
        raise RefusedRequest(f"cannot listen: {error.strerror}", where=f"{host}:{port}", fix=fix) from error
    return bound


async def _run(app: FastAPI, doors: Sequence[Door]) -> None:
    servers = [_Server(_config(app, door, first=number == 0)) for number, door in enumerate(doors)]
    hub: EventHub = app.state.hub

    def stop() -> None:
        hub.stop()
        for server in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.gather(*(server.serve([door.socket]) for server, door in zip(servers, doors, strict=True)))


def _config(app: FastAPI, door: Door, *, first: bool) -> uvicorn.Config:
    certificate, key = door.certificate or (None, None)
    return uvicorn.Config(
        app,
        lifespan="on" if first else "off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
