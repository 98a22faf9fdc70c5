"""SSH with pinned host keys and keys only; the one file that knows libssh.

The library never blocks here: every wait ends when its caller said so, and other threads run meanwhile.
"""

import os
import select
import socket
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ssh import options  # type: ignore[import-untyped]
from ssh.channel import Channel  # type: ignore[import-untyped]
from ssh.error_codes import SSH_AGAIN  # type: ignore[import-untyped]
from ssh.exceptions import (  # type: ignore[import-untyped]
    EOF,
    AuthenticationDenied,
    AuthenticationPartial,
    BaseSSHError,
    KeyImportError,
)
from ssh.key import SSHKey, import_privkey_base64  # type: ignore[import-untyped]
from ssh.session import Session as Library  # type: ignore[import-untyped]

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.known_hosts import HostKey, Version, pinned, version

CHUNK = 65536
SSH_PORT = 22
AUTH_AGAIN, WRITE_PENDING = 4, 8
"""libssh's SSH_AUTH_AGAIN and SSH_WRITE_PENDING, which its package does not name."""
LOOK_AGAIN_SECONDS = 1.0
KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")
SIGNED = {"ssh-rsa": "rsa-sha2-512,rsa-sha2-256"}
"""How keys of a kind sign, where that is not the kind's name; SHA-1 is not taken."""
FAULTS = (BaseSSHError, OSError, EOFError)


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
        self._connection = _logged_in(target, seconds)

    def run(self, command: str, stdin: bytes = b"", *, seconds: float) -> Reply:
        """ConnectionLost when the session breaks or there is no answer in time."""
        host, until = self._connection.host, time.monotonic() + seconds
        try:
            with closing(_Channel(self._connection, until)) as channel:
                channel.request(lambda library: library.request_exec(command), until)
                channel.send(stdin, until)
                output, complaint = channel.rest(until)
                status = channel.exit_status(until)
        except FAULTS as fault:
            raise _lost(host, fault, f"no answer within {seconds:g} s") from fault
        if status is None:
            raise ConnectionLost(host, "lost", "the session ended before the command")
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
            self._channel = _Channel(self._connection, until)
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


class _Connection:
    """A connection that has exchanged keys; the device's is preferred to be of one of these kinds."""

    def __init__(self, target: Target, seconds: float, kinds: Iterable[str] = ()) -> None:
        self.host, self._ready = target.host, select.poll()
        opened = open_socket(target, seconds)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        library = _prepared(target, kinds)
        library.set_socket(opened)
        self._library: Library | None = library
        self._place = opened.detach()  # the library closes it when it forgets the session
        try:
            self.done(library.connect, time.monotonic() + seconds)
        except BaseException:
            self.close()
            raise

    @property
    def alive(self) -> bool:
        return self._library is not None and bool(self._library.is_connected())

    @property
    def key(self) -> HostKey:
        """The key the device has shown."""
        return HostKey.of(self._open().get_server_publickey().export_pubkey_base64().decode())

    def log_in(self, key: SSHKey, until: float) -> None:
        """AuthenticationDenied when the device does not take the key."""
        library = self._open()
        self.done(lambda: library.userauth_publickey(key), until, AUTH_AGAIN)

    def channel(self) -> Channel:
        """A channel that is not open yet."""
        return self._open().channel_new()

    def done(self, step: Callable[[], int], until: float, again: int = SSH_AGAIN) -> int:
        """What a step of the library answers in the end; TimeoutError when that takes longer."""
        while (answer := step()) == again:
            self.wait(until)
        return answer

    def close(self) -> None:
        """Take leave and hang up, whoever still holds the library's session."""
        library, self._library = self._library, None
        if library is None:
            return
        with suppress(BaseSSHError):
            library.disconnect()
        with suppress(OSError), socket.socket(fileno=os.dup(self._place)) as line:
            line.shutdown(socket.SHUT_RDWR)

    def wait(self, until: float) -> None:
        """Until something comes, or room for what is to be sent; not longer than a moment, to look again."""
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        pending = self._open().get_poll_flags() & WRITE_PENDING
        self._ready.register(self._place, select.POLLIN | (select.POLLOUT if pending else 0))
        self._ready.poll(1000 * min(left, LOOK_AGAIN_SECONDS))

    def _open(self) -> Library:
        if self._library is None:
            raise EOFError("the session is closed")
        return self._library


class _Channel:
    """An open channel of a connection."""

    def __init__(self, connection: _Connection, until: float) -> None:
        self._connection, self._library, self._unread = connection, connection.channel(), bytearray()
        connection.done(self._library.open_session, until)

    def request(self, what: Callable[[Channel], int], until: float) -> None:
        """Ask for a command, a terminal or a shell."""
        self._connection.done(lambda: what(self._library), until)

    def send(self, data: bytes, until: float) -> None:
        """All of it, or what is taken before the channel is closed.

        Never more at once than there is room for, which the library would wait for without end; and room is only heard
        of while nothing lies unread.
        """
        while data and not self._library.is_closed():
            if not self._library.window_size():
                self._unread += self._read()
            if room := min(self._library.window_size(), CHUNK):
                self._library.write(data[:room])
                data = data[room:]
            else:
                self._connection.wait(until)

    def receive(self, until: float) -> bytes:
        """What has come; nothing when nothing more will."""
        while not (data := self._taken() or self._read()) and not self._library.is_eof():
            self._connection.wait(until)
        return data

    def rest(self, until: float) -> tuple[bytes, bytes]:
        """Send nothing more; output and complaint to their ends."""
        if not self._library.is_closed():
            self._connection.done(self._library.send_eof, until)
        output, complaint = self._unread, bytearray()
        while True:
            come = self._read(), self._read(complaint=True)
            output += come[0]
            complaint += come[1]
            if not any(come):
                if self._library.is_eof():
                    return bytes(output), bytes(complaint)
                self._connection.wait(until)

    def exit_status(self, until: float) -> int | None:
        """Of a command whose output has ended; null when it was killed, or the session with it."""
        while (status := self._library.get_exit_status()) < 0:
            if self._library.is_closed():
                return None
            self._connection.wait(until)
        return int(status)

    def close(self) -> None:
        """Send and receive no more."""
        with suppress(BaseSSHError):
            self._library.close()

    def _taken(self) -> bytes:
        taken, self._unread = bytes(self._unread), bytearray()
        return taken

    def _read(self, complaint: bool = False) -> bytes:
        """What has come and was not read yet; nothing at the end as well, which ``is_eof`` tells.

        A fault may come with the last words, which are there at a second look.
        """
        for fault_counts in (False, True):
            try:
                found: bytes = self._library.read_nonblocking(CHUNK, complaint)[1]
            except EOF:
                break
            except BaseSSHError:
                if fault_counts:
                    raise
            else:
                return found
        return b""


def shown_key(target: Target, seconds: float) -> HostKey:
    """The key a device shows before anybody logs in; DeviceUnreachable when nothing speaks SSH there."""
    try:
        with closing(_Connection(target, seconds)) as connection:
            return connection.key
    except FAULTS as fault:
        raise DeviceUnreachable(target.host, "connect", _words(fault)) from fault


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


def _logged_in(target: Target, seconds: float) -> _Connection:
    """DeviceUnreachable says why there is no login; nothing of ours is shown to a device with another key."""
    try:
        known = pinned(target.known_hosts, target.known_as)
        key = _key(target.key_file, version(target.key_file))
        connection = _Connection(target, seconds, sorted({key.kind for key in known}))
    except FAULTS as fault:
        raise DeviceUnreachable(target.host, "connect", _words(fault)) from fault
    try:
        if (found := connection.key) not in known:
            what = "shows another one than" if known else "is not pinned:"
            raise DeviceUnreachable(target.host, "host-key", f"the key of {target.known_as} {what} {found.fingerprint}")
        connection.log_in(key, time.monotonic() + seconds)
    except (AuthenticationDenied, AuthenticationPartial) as fault:
        connection.close()
        raise DeviceUnreachable(target.host, "login", f"it does not take our key for {target.user}") from fault
    except FAULTS as fault:
        connection.close()
        raise DeviceUnreachable(target.host, "connect", _words(fault)) from fault
    except BaseException:
        connection.close()
        raise
    return connection


@lru_cache(maxsize=4)
def _key(path: Path, _version: Version) -> SSHKey:
    """Our key, read once for all logins until the file changes."""
    try:
        return import_privkey_base64(path.read_bytes())
    except (KeyImportError, ValueError) as fault:
        raise OSError(f"{path} holds no private key that opens without a passphrase") from fault


def _prepared(target: Target, kinds: Iterable[str]) -> Library:
    """Without the files of whoever runs this: their settings are not ours."""
    library = Library()
    library.options_set_int_val(options.PROCESS_CONFIG, 0)
    order = dict.fromkeys([*(kind for kind in kinds if kind in KINDS), *KINDS])
    for option, value in (
        (options.HOST, target.host), (options.USER, target.user), (options.KNOWNHOSTS, "/dev/null"),
        (options.GLOBAL_KNOWNHOSTS, "/dev/null"), (options.HOSTKEYS, ",".join(SIGNED.get(k, k) for k in order)),
    ):  # fmt: skip
        library.options_set(option, value)
    library.set_blocking(0)
    return library


def _lost(host: str, fault: BaseException, too_long: str) -> ConnectionLost:
    if isinstance(fault, TimeoutError):
        return ConnectionLost(host, "timeout", too_long)
    return ConnectionLost(host, "lost", _words(fault))


def _words(fault: BaseException) -> str:
    """What went wrong; the library gives a number and octets."""
    last = fault.args[-1] if fault.args else ""
    if isinstance(fault, BaseSSHError) and isinstance(last, bytes):
        return last.decode(errors="replace") or type(fault).__name__
    return str(fault) or type(fault).__name__
