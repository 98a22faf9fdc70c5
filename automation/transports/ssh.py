"""Logins to devices over SSH with pinned host keys and keys only: for commands (`Session`), or a terminal (`Shell`)."""

import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.known_hosts import HostKey, Version, pinned, version
from automation.transports.libssh import FAULTS, REFUSALS, Channel, Connection, private_key, words

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
        self._host, self._connection = target.host, _logged_in(target, seconds)

    def run(self, command: str, stdin: bytes = b"", *, seconds: float) -> Reply:
        """ConnectionLost when the session breaks or there is no answer in time."""
        until = time.monotonic() + seconds
        try:
            with closing(Channel(self._connection, until)) as channel:
                channel.request(lambda library: library.request_exec(command), until)
                channel.send(stdin, until)
                output, complaint = channel.rest(until)
                status = channel.exit_status(until)
        except FAULTS as fault:
            raise _lost(self._host, fault, f"no answer within {seconds:g} s") from fault
        if status is None:
            raise ConnectionLost(self._host, "lost", "the session ended before the command")
        return Reply(status, output.decode(errors="replace"), complaint.decode(errors="replace"))

    def alive(self) -> bool:
        return self._connection.alive

    def close(self) -> None:
        self._connection.close()


class Shell:
    """One login with a terminal of so many columns and rows. Not for several threads at once."""

    def __init__(self, target: Target, seconds: float, columns: int, rows: int) -> None:
        self._connection = _logged_in(target, seconds)
        self.host, until = target.host, time.monotonic() + seconds
        try:
            self._channel = Channel(self._connection, until)
            self._channel.request(lambda library: library.request_pty_size("vt100", columns, rows), until)
            self._channel.request(lambda library: library.request_shell(), until)
        except FAULTS as fault:
            self.close()
            raise _lost(self.host, fault, f"no terminal within {seconds:g} s") from fault

    def send(self, text: str, until: float) -> None:
        """ConnectionLost when the session is broken, or the device takes nothing until then."""
        try:
            self._channel.send(text.encode(), until)
        except FAULTS as fault:
            raise _lost(self.host, fault, "it takes no input") from fault

    def receive(self, until: float) -> bytes:
        """What has come, at least one octet; none when the device hung up. TimeoutError, or ConnectionLost."""
        try:
            return self._channel.receive(until)
        except TimeoutError:
            raise
        except FAULTS as fault:
            raise _lost(self.host, fault, "") from fault

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def shown_key(target: Target, seconds: float) -> HostKey:
    """The key a device shows before anybody logs in; DeviceUnreachable when nothing speaks SSH there."""
    try:
        with closing(Connection(open_socket(target, seconds), target.user, seconds)) as connection:
            return connection.key
    except FAULTS as fault:
        raise DeviceUnreachable(target.host, "connect", words(fault)) from fault


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


def _logged_in(target: Target, seconds: float) -> Connection:
    """DeviceUnreachable says why there is no login; nothing of ours is shown to a device with another key."""
    try:
        known = pinned(target.known_hosts, target.known_as)
        key = _key(target.key_file, version(target.key_file))
        kinds = sorted({one.kind for one in known})
        connection = Connection(open_socket(target, seconds), target.user, seconds, kinds)
        try:
            _recognise(target, connection.key, known)
            connection.log_in(key, time.monotonic() + seconds)
        except BaseException:
            connection.close()
            raise
    except REFUSALS as fault:
        raise DeviceUnreachable(target.host, "login", f"it does not take our key for {target.user}") from fault
    except FAULTS as fault:
        raise DeviceUnreachable(target.host, "connect", words(fault)) from fault
    return connection


def _recognise(target: Target, found: HostKey, known: frozenset[HostKey]) -> None:
    if found not in known:
        pins = "which is not the key pinned for it" if known else "and no key is pinned for it"
        raise DeviceUnreachable(target.host, "host-key", f"{target.known_as} shows {found.fingerprint}, {pins}")


@lru_cache(maxsize=4)
def _key(path: Path, _version: Version) -> Any:
    """Our key, read once for all logins until the file changes."""
    try:
        return private_key(path.read_bytes())
    except ValueError as fault:
        raise OSError(f"{path} holds {fault}") from fault


def _lost(host: str, fault: BaseException, too_long: str) -> ConnectionLost:
    if isinstance(fault, TimeoutError):
        return ConnectionLost(host, "timeout", too_long)
    return ConnectionLost(host, "lost", words(fault))
