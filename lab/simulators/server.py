"""SSH for simulated devices: one process and, where the system allows it, one socket serve thousands of them.

A device is found by the local address a client connected to; all of 127.0.0.0/8 belongs to the loopback interface.
"""

import asyncio
import contextlib
import functools
import logging
import socket
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field

import asyncssh

from lab.simulators.channel import Channel
from lab.simulators.device import Handler, Simulated
from lab.simulators.keys import host_key, known_host

LOG = logging.getLogger(__name__)
logging.getLogger("asyncssh").setLevel(logging.ERROR)
BACKLOG = 4096
SSH = "ssh"
LOGIN_SECONDS = 60


@dataclass(frozen=True)
class Credentials:
    """Who may log in: holders of these keys (lines of an authorized-keys file), and one user by password."""

    authorized_keys: tuple[str, ...]
    user: str = "silesianet"
    password: str | None = field(default=None, repr=False)

    @functools.cached_property
    def keys(self) -> frozenset[bytes]:
        """The keys as octets."""
        return frozenset(asyncssh.import_public_key(line).public_data for line in self.authorized_keys)


@dataclass(frozen=True)
class Place:
    """Where a device listens; ``doors`` are its further ports by what they are for."""

    address: str
    port: int
    doors: Mapping[str, int] = field(default_factory=dict)


class Server:
    """Devices and their doors. Everything runs in the event loop that called ``listen``."""

    def __init__(self, credentials: Credentials, seed: bytes) -> None:
        self.credentials, self._seed = credentials, seed
        self.devices: dict[str, Simulated] = {}
        self.places: dict[str, Place] = {}
        self._hosts: dict[str, _Host] = {}
        self._sockets: list[socket.socket] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def listen_everywhere(self, devices: Mapping[str, Simulated], port: int = 0) -> None:
        """One socket for devices by address; one for each of them where the system refuses that."""
        try:
            shared, port = _bound("0.0.0.0", port, everywhere=True)
        except PermissionError:
            LOG.warning("one socket for all addresses was refused; each device gets its own")
            for address, device in devices.items():
                await self.listen(device, address, port)
            return
        by_address = {address: self._host(device) for address, device in devices.items()}
        self._accept(shared, lambda sock: by_address.get(sock.getsockname()[0]), SSH)
        doors = {}
        for door in sorted({door for device in devices.values() for door in device.doors()}):
            other, doors[door] = _bound("0.0.0.0", 0, everywhere=True)
            self._accept(other, lambda sock: by_address.get(sock.getsockname()[0]), door)
        for address, device in devices.items():
            own = {door: number for door, number in doors.items() if door in device.doors()}
            self.places[device.name] = Place(address, port, own)

    async def listen(self, device: Simulated, address: str = "127.0.0.1", port: int = 0) -> Place:
        """Sockets of a device's own."""
        host = self._host(device)
        sock, port = _bound(address, port)
        self._accept(sock, lambda _: host, SSH)
        doors = {}
        for door in sorted(device.doors()):
            other, doors[door] = _bound(address, 0)
            self._accept(other, lambda _: host, door)
        self.places[device.name] = Place(address, port, doors)
        return self.places[device.name]

    def known_hosts(self) -> str:
        """The present keys of all devices, as OpenSSH pins them."""
        return "".join(known_host(p.address, p.port, self._hosts[name].key) for name, p in self.places.items())

    def hang_up(self, name: str) -> None:
        """End every session of a device at once."""
        self._hosts[name].hang_up()

    def reboot(self, name: str) -> None:
        """A power cut of a device: its sessions end too."""
        self.devices[name].reboot()
        self.hang_up(name)

    def change_key(self, name: str) -> None:
        """Another host key, as of an exchanged or a false device."""
        self._hosts[name].change_key()

    async def close(self) -> None:
        """End all sessions and close all sockets."""
        for sock in self._sockets:
            sock.close()
        for host in self._hosts.values():
            host.hang_up()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _host(self, device: Simulated) -> "_Host":
        self.devices[device.name] = device
        return self._hosts.setdefault(device.name, _Host(device, self.credentials, self._seed))

    def _accept(self, sock: socket.socket, host_of: "Callable[[socket.socket], _Host | None]", door: str) -> None:
        self._sockets.append(sock)
        self._keep(self._accepting(sock, host_of, door))

    async def _accepting(
        self, sock: socket.socket, host_of: "Callable[[socket.socket], _Host | None]", door: str
    ) -> None:
        loop = asyncio.get_running_loop()
        while True:
            client, _ = await loop.sock_accept(sock)
            host = host_of(client)
            if host is None or host.device.faults.away:
                client.close()
            elif door == SSH:
                self._keep(host.log_in(client))
            else:
                self._keep(host.serve(client, host.device.doors()[door]))

    def _keep(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


class _Host:
    """One device as clients meet it: its key and its connections."""

    def __init__(self, device: Simulated, credentials: Credentials, seed: bytes) -> None:
        self.device, self.credentials, self._seed = device, credentials, seed
        self.key = host_key(seed, device.name)
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._generation = 0
        self._options: asyncssh.SSHServerConnectionOptions | None = None

    def change_key(self) -> None:
        self._generation += 1
        self.key, self._options = host_key(self._seed, self.device.name, self._generation), None

    def hang_up(self) -> None:
        for connection in list(self.connections):
            connection.abort()

    async def log_in(self, sock: socket.socket) -> None:
        with contextlib.suppress(asyncssh.Error, OSError):
            await asyncssh.run_server(sock, options=self._chosen())

    async def serve(self, sock: socket.socket, handler: Handler) -> None:
        reader, writer = await asyncio.open_connection(sock=sock)
        try:
            await handler(reader, writer)
        except (OSError, EOFError):
            pass
        except Exception:
            LOG.exception("%s failed at a door", self.device.name)
        finally:
            writer.close()

    def _chosen(self) -> asyncssh.SSHServerConnectionOptions:
        if self._options is None:
            self._options = asyncssh.SSHServerConnectionOptions(
                server_factory=lambda: _Owner(self), server_host_keys=[self.key], encoding=None, line_editor=False,
                login_timeout=LOGIN_SECONDS, compression_algs=["none"], agent_forwarding=False, x11_forwarding=False,
            )  # fmt: skip
        return self._options


class _Owner(asyncssh.SSHServer):
    """Decides who may log in to a device and what a channel of theirs is."""

    def __init__(self, host: _Host) -> None:
        self._host = host
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._host.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        if self._connection is not None:
            self._host.connections.discard(self._connection)

    def begin_auth(self, username: str) -> bool:  # noqa: ARG002
        return True

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:  # noqa: ARG002
        return key.public_data in self._host.credentials.keys and not self._host.device.faults.denied

    def password_auth_supported(self) -> bool:
        return self._host.credentials.password is not None

    def validate_password(self, username: str, password: str) -> bool:
        wanted = self._host.credentials
        if self._host.device.faults.denied:
            return False
        return wanted.password is not None and (username, password) == (wanted.user, wanted.password)

    def session_requested(self) -> "tuple[asyncssh.SSHServerChannel[bytes], Channel]":
        assert self._connection is not None
        device = self._host.device
        if device.faults.full and not device.full_words:
            raise asyncssh.ChannelOpenError(asyncssh.OPEN_RESOURCE_SHORTAGE, "Too many sessions")
        return self._connection.create_server_channel(encoding=None), Channel(device)


def _bound(address: str, port: int, everywhere: bool = False) -> tuple[socket.socket, int]:
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if everywhere:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, b"lo\0")
        sock.bind((address, port))
        sock.listen(BACKLOG)
        sock.setblocking(False)
    except OSError:
        sock.close()
        raise
    return sock, int(sock.getsockname()[1])
