"""Simulated devices served over real SSH, and sessions with them as a change opens them."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from importlib import import_module

import pytest

from automation.session import Session
from automation.transports.login import Login, no_secrets
from automation.transports.ssh import Target
from inventory import platforms
from lab.simulators.clock import RealClock
from lab.simulators.device import Simulated
from lab.simulators.models import model_of
from lab.simulators.served import Served, served

type Serve = Callable[..., Served]
type Open = Callable[..., Session]

SPEEDUP = 60
"""Timers of devices run so many times faster: a minute is a second."""


@pytest.fixture
def serve() -> Iterator[Serve]:
    """``serve(device, …)`` serves devices until the test is over."""
    with ExitStack() as stack:
        yield lambda *devices: stack.enter_context(served(devices))


@pytest.fixture
def switched_on() -> Callable[..., Simulated]:
    """``switched_on(platform, startup, name="r1", speedup=60)`` is a simulated device, not yet served."""

    def build(platform: str, startup: str, name: str = "r1", speedup: float = SPEEDUP) -> Simulated:
        return model_of(platform)(name, startup, RealClock(speedup))

    return build


def login_to(running: Served, name: str, secret: Callable[[str], str] = no_secrets, seconds: int = 10) -> Login:
    """How to log in to a served device with its key."""
    address, port = running.places[name]
    way = Target(address, running.user, running.key_file, running.known_hosts, port)
    return Login(way, connect_seconds=seconds, command_seconds=seconds, secret=secret)


@pytest.fixture
def open_session() -> Iterator[Open]:
    """``open_session(served, name)`` is a session by the transport of the device's platform; closed after the test."""
    opened: list[Session] = []

    def connect(running: Served, name: str = "r1", secret: Callable[[str], str] = no_secrets) -> Session:
        platform = platforms.load(running.devices[name].platform)
        transport = import_module(f"automation.transports.{platform.transport}")
        opened.append(transport.session(login_to(running, name, secret), platform))
        return opened[-1]

    yield connect
    for session in opened:
        session.close()
