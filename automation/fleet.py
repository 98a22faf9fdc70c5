"""Many devices at once: a nornir inventory made of our Network and one typed call."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

from nornir.core import Nornir
from nornir.core.configuration import Config
from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
from nornir.core.plugins.connections import ConnectionPluginRegister
from nornir.core.task import Result, Task
from nornir.plugins.runners import ThreadedRunner

from automation.clock import REAL, Clock
from automation.session import Target
from inventory.errors import SilesiaNetError
from inventory.model.device import InterfaceKind
from inventory.model.network import Network

CONNECTION = "bundle"


@dataclass(frozen=True)
class Answered[T]:
    """What the work on a device returned."""

    value: T


@dataclass(frozen=True)
class Missed:
    """Why the work on a device has no result."""

    error: SilesiaNetError


class BundleConnection:
    """nornir connection plugin: opens a session by the function it is given."""

    def __init__(self) -> None:
        self.connection: Any = None

    def open(self, *_: object, extras: dict[str, Any] | None = None, **_more: object) -> None:
        """``extras`` holds ``connect`` and ``target``."""
        assert extras is not None
        self.connection = extras["connect"](extras["target"])

    def close(self) -> None:
        """End the session."""
        self.connection.close()


class Closable(Protocol):
    """What a login has to offer here."""

    def close(self) -> None:
        """End the session."""


class Fleet[S](Protocol):
    """The configured devices of a network, and the time that passes for them."""

    @property
    def clock(self) -> Clock:
        """Where the time comes from."""

    def run[T](self, names: Iterable[str], work: Callable[[str, S], T]) -> dict[str, Answered[T] | Missed]:
        """Do the work on each device over a session of its own; faults other than SilesiaNetError are ours and rise."""


class ThreadedFleet[S: Closable]:
    """Work runs in threads, one device at a time in each."""

    clock: Clock = REAL

    def __init__(self, network: Network, connect: Callable[[Target], S], workers: int) -> None:
        ConnectionPluginRegister.register(CONNECTION, BundleConnection)
        hosts = Hosts({t.name: _host(t, connect) for t in targets(network)})
        self._nornir = Nornir(
            inventory=Inventory(hosts=hosts, groups=Groups(), defaults=Defaults()), runner=ThreadedRunner(workers)
        )

    def run[T](self, names: Iterable[str], work: Callable[[str, S], T]) -> dict[str, Answered[T] | Missed]:
        """See `Fleet`."""
        wanted = list(names)
        if not wanted:
            return {}
        chosen = self._nornir.filter(filter_func=lambda host: host.name in wanted)
        answers = chosen.run(task=_task, work=work, name="bundle")
        return {name: _answer(answers[name][0]) for name in wanted}


def targets(network: Network) -> tuple[Target, ...]:
    """Every configured device with its addresses: out-of-band, loopback, then uplinks."""
    return tuple(Target(d.slug, d.platform, addresses(network, d.slug)) for d in network.configured() if d.platform)


def addresses(network: Network, name: str) -> tuple[str, ...]:
    """Management addresses of a device in the order they are tried."""
    device = network.device[name]
    found = [device.first(InterfaceKind.OOB), device.first(InterfaceKind.LOOPBACK)]
    found += [device.interface(link.ends[1][1]) for link in network.uplinks(name)]
    return tuple(str(i.ipv4.ip) for i in found if i is not None and i.ipv4 is not None)


def _host(target: Target, connect: Callable[[Target], Any]) -> Host:
    options = ConnectionOptions(extras={"connect": connect, "target": target})
    return Host(target.name, platform=target.platform, connection_options={CONNECTION: options})


def _task(task: Task, work: Callable[[str, Any], Any]) -> Result:
    name = task.host.name
    try:
        session = task.host.get_connection(CONNECTION, Config())
        try:
            return Result(host=task.host, result=Answered(work(name, session)))
        finally:
            task.host.close_connection(CONNECTION)
    except SilesiaNetError as error:
        return Result(host=task.host, result=Missed(error))
    except Exception as fault:  # raised, nornir would print it with a traceback before whoever asked can tell it
        return Result(host=task.host, exception=fault, failed=True)


def _answer(result: Result) -> Any:
    if result.exception is not None:
        raise result.exception
    return result.result
