"""The polling loop: every device on its own schedule, in one thread that first enters the management network."""

import asyncio
import threading
from collections.abc import Callable

from inventory.model.network import Network
from monitoring.settings import SnmpSettings
from monitoring.snmp.credentials import Credentials
from monitoring.snmp.poll import DevicePoll
from monitoring.snmp.pysnmp_session import Client
from monitoring.snmp.sample import Poll, Silence
from monitoring.snmp.targets import polled, polling_address, shard_of

_SPREAD = 64


class Poller:
    """Polls the devices of the network it follows and delivers every result, in its own thread."""

    def __init__(
        self,
        credentials: Credentials,
        settings: SnmpSettings,
        deliver: Callable[[Poll], None],
        attach: Callable[[], None],
        shard: tuple[int, int] = (0, 1),
    ) -> None:
        self._credentials, self._settings, self._deliver = credentials, settings, deliver
        self._attach, self._shard = attach, shard
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._wake: dict[str, asyncio.Event] = {}
        self._addresses: dict[str, str] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._main, name="snmp-poller", daemon=True)

    def start(self) -> None:
        """Start the thread; returns when it is ready to follow a network."""
        self._thread.start()
        self._ready.wait(10)

    def stop(self) -> None:
        """Stop polling and close the sockets."""
        if self._loop is not None and self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)

    def follow(self, network: Network) -> None:
        """Poll the devices of this network from now on."""
        index, of = self._shard
        wanted = {d.slug: str(polling_address(d)) for d in polled(network, index, of)}
        self._soon(self._reconcile, wanted)

    def repoll(self, device: str) -> None:
        """Poll one device now, whatever its schedule."""
        self._soon(lambda name: self._wake[name].set() if name in self._wake else None, device)

    def _soon[A](self, call: Callable[[A], object], argument: A) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(call, argument)

    def _main(self) -> None:
        self._attach()
        self._loop = loop = asyncio.new_event_loop()
        asyncio.set_event_loop(loop)
        client = Client(self._credentials, timeout=self._settings.timeout, retries=self._settings.retries)
        self._client, self._slots = client, asyncio.Semaphore(self._settings.concurrency)
        loop.call_soon(self._ready.set)
        try:
            loop.run_forever()
        finally:
            client.close()
            remaining = asyncio.all_tasks(loop)
            for task in remaining:
                task.cancel()
            loop.run_until_complete(asyncio.gather(*remaining, return_exceptions=True))
            loop.close()

    def _reconcile(self, wanted: dict[str, str]) -> None:
        for name in [n for n, address in self._addresses.items() if wanted.get(n) != address]:
            self._tasks.pop(name).cancel()
            del self._wake[name], self._addresses[name]
        for name, address in wanted.items():
            if name not in self._tasks:
                self._addresses[name], self._wake[name] = address, asyncio.Event()
                session = self._client.session(address, self._settings.port)
                poll = DevicePoll(name, session, self._settings)
                self._tasks[name] = asyncio.ensure_future(self._repeat(name, poll))

    async def _repeat(self, name: str, device: DevicePoll) -> None:
        """Poll for ever; a silent device is asked again at once until it counts as silent."""
        period, loop, silent = self._settings.period, asyncio.get_running_loop(), 0
        await asyncio.sleep(period * shard_of(name, _SPREAD) / _SPREAD)
        while True:
            started = loop.time()
            async with self._slots:
                result = await device.poll()
            self._deliver(result)
            silent = silent + 1 if isinstance(result, Silence) else 0
            hurry = 0 < silent < self._settings.silent_polls
            await self._pause(name, 0 if hurry else max(0.0, started + period - loop.time()))

    async def _pause(self, name: str, seconds: float) -> None:
        wake = self._wake[name]
        try:
            await asyncio.wait_for(wake.wait(), seconds)
        except TimeoutError:
            return
        wake.clear()
