"""One SSH connection and its channels, by libssh, which no other file knows.

The library never blocks here: every wait ends when its caller said so, and other threads run meanwhile.
"""

import os
import select
import socket
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

from ssh import options  # type: ignore[import-untyped]
from ssh.channel import Channel as Piece  # type: ignore[import-untyped]
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

from automation.transports.known_hosts import HostKey

CHUNK = 65536
AUTH_AGAIN, WRITE_PENDING = 4, 8
"""libssh's SSH_AUTH_AGAIN and SSH_WRITE_PENDING, which its package does not name."""
LOOK_AGAIN_SECONDS = 1.0
KINDS = ("ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa")
SIGNED = {"ssh-rsa": "rsa-sha2-512,rsa-sha2-256"}
"""How keys of a kind sign, where that is not the kind's name; SHA-1 is not taken."""
REFUSALS = (AuthenticationDenied, AuthenticationPartial)
FAULTS = (BaseSSHError, OSError, EOFError)
"""All that can go wrong with a connection; TimeoutError among them when a wait was too long."""


class Connection:
    """A connection that has exchanged keys; the device's is preferred to be of one of these kinds."""

    def __init__(self, opened: socket.socket, user: str, seconds: float, kinds: Iterable[str] = ()) -> None:
        """Takes the socket over: the library closes it when it forgets the session."""
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        library = _prepared(user, kinds)
        library.set_socket(opened)
        self._library: Library | None = library
        opened.detach()
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
        """One of REFUSALS when the device does not take the key."""
        library = self._open()
        self.done(lambda: library.userauth_publickey(key), until, AUTH_AGAIN)

    def channel(self) -> Piece:
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
        with suppress(OSError), socket.socket(fileno=os.dup(library.get_fd())) as line:
            line.shutdown(socket.SHUT_RDWR)

    def wait(self, until: float) -> None:
        """Until something comes, or room for what is to be sent; not longer than a moment, to look again."""
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError("no answer in time")
        library = self._open()
        if (place := library.get_fd()) < 0:
            raise EOFError("the session has ended")
        pending, ready = library.get_poll_flags() & WRITE_PENDING, select.poll()
        ready.register(place, select.POLLIN | (select.POLLOUT if pending else 0))
        ready.poll(1000 * min(left, LOOK_AGAIN_SECONDS))

    def _open(self) -> Library:
        if self._library is None:
            raise EOFError("the session is closed")
        return self._library


class Channel:
    """An open channel of a connection."""

    def __init__(self, connection: Connection, until: float) -> None:
        self._connection, self._library, self._unread = connection, connection.channel(), bytearray()
        connection.done(self._library.open_session, until)

    def request(self, what: Callable[[Piece], int], until: float) -> None:
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
        """What has come and was not read yet; nothing at the end as well, which ``is_eof`` tells. What came together
        with the end of the whole session is lost: the library gives it to nobody."""
        with suppress(EOF):
            found: bytes = self._library.read_nonblocking(CHUNK, complaint)[1]
            return found
        return b""


def private_key(octets: bytes) -> SSHKey:
    """A key for logins; ValueError when there is none in it that opens without a passphrase."""
    try:
        return import_privkey_base64(octets)
    except KeyImportError as fault:
        raise ValueError("no private key that opens without a passphrase") from fault


def words(fault: BaseException) -> str:
    """What went wrong; the library gives a number and octets."""
    last = fault.args[-1] if fault.args else ""
    if isinstance(fault, BaseSSHError) and isinstance(last, bytes):
        return last.decode(errors="replace") or type(fault).__name__
    return str(fault) or type(fault).__name__


def _prepared(user: str, kinds: Iterable[str]) -> Library:
    """Without the files of whoever runs this, whose settings are not ours; only they would need the host's name."""
    library = Library()
    library.options_set_int_val(options.PROCESS_CONFIG, 0)
    order = dict.fromkeys([*(kind for kind in kinds if kind in KINDS), *KINDS])
    for option, value in (
        (options.HOST, "device"), (options.USER, user), (options.KNOWNHOSTS, "/dev/null"),
        (options.GLOBAL_KNOWNHOSTS, "/dev/null"), (options.HOSTKEYS, ",".join(SIGNED.get(k, k) for k in order)),
    ):  # fmt: skip
        library.options_set(option, value)
    library.set_blocking(0)
    return library
