"""SSH with pinned host keys and keys only; the one file that knows paramiko.

Commands run without a terminal: exit status, output and complaint stay apart and no prompt has to be guessed.
"""

import contextlib
import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import paramiko  # type: ignore[import-untyped]

from automation.transports.errors import ConnectionLost, DeviceUnreachable

logging.getLogger("paramiko").addHandler(logging.NullHandler())  # its faults reach the caller as exceptions

CHUNK = 65536
SSH_PORT = 22


@dataclass(frozen=True)
class Target:
    """`attach` moves the thread that opens the socket to where the device can be reached from; None stays here."""

    host: str
    user: str
    key_file: Path
    known_hosts: Path
    port: int = SSH_PORT
    attach: Callable[[], None] | None = None
    password: str | None = field(default=None, repr=False)
    """Tried after the key, on devices that take no keys."""

    @property
    def known_as(self) -> str:
        """Its name in a file of host keys, as OpenSSH writes it."""
        return self.host if self.port == SSH_PORT else f"[{self.host}]:{self.port}"


@dataclass(frozen=True)
class Reply:
    """Exit status, standard output and standard error of a command."""

    status: int
    output: str
    complaint: str


class Session:
    """One login; every command has its own channel and time limit. Not for several threads at once."""

    def __init__(self, target: Target, seconds: float) -> None:
        self._target = target
        self._client = log_in(target, seconds)

    def run(self, command: str, stdin: bytes = b"", *, seconds: float) -> Reply:
        """ConnectionLost when the session breaks or there is no answer in time."""
        host, until = self._target.host, time.monotonic() + seconds
        try:
            return _converse(self._client, command, stdin, until)
        except TimeoutError as fault:
            raise ConnectionLost(host, "timeout", f"no answer within {seconds:g} s") from fault
        except (paramiko.SSHException, OSError, EOFError) as fault:
            raise ConnectionLost(host, "lost", str(fault) or type(fault).__name__) from fault

    def alive(self) -> bool:
        transport = self._client.get_transport()
        return transport is not None and transport.is_active()

    def close(self) -> None:
        self._client.close()


def log_in(target: Target, seconds: float) -> paramiko.SSHClient:
    """A logged-in client; DeviceUnreachable says why there is none."""
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        _pin(client, target)
        client.connect(
            target.host,
            target.port,
            target.user,
            target.password,
            pkey=_key(target.key_file, _version(target.key_file)),
            sock=open_socket(target, seconds),
            timeout=seconds,
            banner_timeout=seconds,
            auth_timeout=seconds,
            allow_agent=False,
            look_for_keys=False,
        )
    except paramiko.AuthenticationException as fault:
        raise _unreachable(client, target, "login", fault) from fault
    except paramiko.BadHostKeyException as fault:
        raise _unreachable(client, target, "host-key", fault) from fault
    except (paramiko.SSHException, OSError, EOFError) as fault:
        reason = "host-key" if "not found in known_hosts" in str(fault) else "connect"
        raise _unreachable(client, target, reason, fault) from fault
    return client


def _pin(client: paramiko.SSHClient, target: Target) -> None:
    """The client takes the pinned keys of this host and no others."""
    known = _known(target.known_hosts, _version(target.known_hosts)).lookup(target.known_as)
    for kind, key in (known or {}).items():
        client.get_host_keys().add(target.known_as, kind, key)


def _version(path: Path) -> tuple[int, int, int]:
    """What changes whenever the file is written or replaced."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _known(path: Path, _version: tuple[int, int, int]) -> paramiko.HostKeys:
    """Pinned keys, read once for all logins until the file changes."""
    return paramiko.HostKeys(str(path))


@lru_cache(maxsize=4)
def _key(path: Path, _version: tuple[int, int, int]) -> paramiko.PKey:
    """Our key, read once for all logins until the file changes."""
    try:
        return paramiko.PKey.from_path(path)
    except (ValueError, TypeError, paramiko.UnknownKeyType) as fault:
        raise paramiko.SSHException(f"{path} holds no private key that opens without a passphrase") from fault


def _unreachable(client: paramiko.SSHClient, target: Target, reason: str, fault: Exception) -> DeviceUnreachable:
    client.close()
    return DeviceUnreachable(target.host, reason, str(fault) or type(fault).__name__)


def open_socket(target: Target, seconds: float) -> socket.socket:
    """Where a thread has to be moved for it, that is one of its own: the caller's stays where it is."""

    def connect() -> socket.socket:
        if target.attach is not None:
            target.attach()
        return socket.create_connection((target.host, target.port), seconds)

    if target.attach is None:
        return connect()
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(connect).result()


def _converse(client: paramiko.SSHClient, command: str, stdin: bytes, until: float) -> Reply:
    transport = client.get_transport()
    if transport is None or not transport.is_active():
        raise EOFError("the session is closed")
    channel = transport.open_session(timeout=_left(until))
    with contextlib.closing(channel):
        channel.settimeout(_left(until))
        channel.exec_command(command)
        channel.sendall(stdin)
        channel.shutdown_write()
        output = _drain(channel, channel.recv, until)
        complaint = _drain(channel, channel.recv_stderr, until)
        if not channel.status_event.wait(_left(until)):
            raise TimeoutError
        if channel.exit_status == -1:
            raise EOFError("the session ended before the command")
        return Reply(channel.exit_status, output, complaint)


def _drain(channel: paramiko.Channel, receive: Callable[[int], bytes], until: float) -> str:
    chunks: list[bytes] = []
    while True:
        channel.settimeout(_left(until))
        chunk = receive(CHUNK)
        if not chunk:
            return b"".join(chunks).decode(errors="replace")
        chunks.append(chunk)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
