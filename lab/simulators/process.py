"""A process of simulated devices: ``python -m lab.simulators --fleet FILE`` serves until SIGTERM.

The file says which devices there are and where they listen. One line of JSON on standard output says that all listen.
"""

import argparse
import asyncio
import contextlib
import json
import resource
import signal
import sys
from collections.abc import Coroutine
from ipaddress import IPv4Address
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from inventory.errors import BadInput, SilesiaNetError
from inventory.model.fact import Fact, Slug, Text
from lab.simulators.clock import RealClock
from lab.simulators.control import attend
from lab.simulators.device import Simulated
from lab.simulators.models import model_of
from lab.simulators.server import Credentials, Server


class Described(Fact):
    """A device to serve; ``startup`` is the configuration it is switched on with."""

    name: Slug
    platform: Slug
    address: IPv4Address
    startup: str = ""


class Fleet(Fact):
    """Devices and how they are met."""

    devices: tuple[Described, ...]
    authorized_keys: tuple[Text, ...]
    """Lines of an authorized-keys file."""
    seed: Text
    """Host keys are derived from it: the same seed, the same keys."""
    known_hosts: Path | None = None
    """Written before the process says that it is ready."""
    places: Path | None = None
    """Where every device listens, as JSON: written, whole, when all do."""
    control: Path | None = None
    """Socket for orders, see `lab.simulators.control`."""
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """SSH port of all devices; 0 is a free one."""
    user: Text = "silesianet"
    password: str | None = None
    speedup: Annotated[float, Field(gt=0)] = 1.0
    """Timers of the devices end so many times sooner."""


def main(arguments: list[str] | None = None) -> int:
    """Serve a fleet; 0 after SIGTERM, 1 when the file cannot be used."""
    parser = argparse.ArgumentParser(prog="python -m lab.simulators", description="Serve simulated devices.")
    parser.add_argument("--fleet", type=Path, required=True, help="JSON file of devices")
    try:
        fleet = read(parser.parse_args(arguments).fleet)
        _run(_serve(fleet))
    except SilesiaNetError as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


def read(file: Path) -> Fleet:
    """The fleet a file describes; BadInput says what is wrong with it."""
    try:
        return Fleet.model_validate_json(file.read_bytes())
    except OSError as fault:
        raise BadInput(fault.strerror or str(fault), where=str(file)) from fault
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(step) for step in first["loc"])
        raise BadInput(f"{place}: {first['msg']}", where=str(file)) from fault


def _run(work: Coroutine[None, None, None]) -> None:
    try:
        import uvloop
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


async def _serve(fleet: Fleet) -> None:
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    clock = RealClock(fleet.speedup)
    server = Server(Credentials(fleet.authorized_keys, fleet.user, fleet.password), fleet.seed.encode())
    devices: dict[str, Simulated] = {
        str(d.address): model_of(d.platform)(d.name, d.startup, clock) for d in fleet.devices
    }
    try:
        await server.listen_everywhere(devices, fleet.port)
    except OSError as fault:
        raise BadInput(f"cannot listen on port {fleet.port}: {fault.strerror}", fix="choose another port") from fault
    if fleet.known_hosts is not None:
        fleet.known_hosts.write_text(server.known_hosts())
    control = await attend(server, fleet.control) if fleet.control is not None else None
    places = {name: [p.address, p.port, dict(p.doors)] for name, p in server.places.items()}
    if fleet.places is not None:
        fresh = fleet.places.with_suffix(".new")
        fresh.write_text(json.dumps(places))
        fresh.replace(fleet.places)
    sys.stdout.write(json.dumps({"ready": True, "places": places}) + "\n")
    sys.stdout.flush()
    await stop.wait()
    if control is not None:
        control.close()
        with contextlib.suppress(FileNotFoundError):
            assert fleet.control is not None
            fleet.control.unlink()
    await server.close()
