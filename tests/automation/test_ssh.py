"""The SSH client against a real server that does what servers do: refuses, dawdles, dies, floods."""

import asyncio
import base64
import hmac
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.known_hosts import HostKey, line_of, pinned
from automation.transports.ssh import Session, Shell, Target, shown_key

MANY = 3_000_000
SECONDS = 20


class Server:
    """An asyncssh server in a thread of its own; ``commands`` by name."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.started = folder, threading.Event()
        self.keys = [asyncssh.generate_private_key(kind) for kind in ("ssh-ed25519", "ecdsa-sha2-nistp256")]
        self.client = asyncssh.generate_private_key("ssh-ed25519")
        self.client.write_private_key(folder / "key")
        self.client.write_public_key(folder / "authorized")
        self.pin(0)
        self.thread = threading.Thread(target=lambda: asyncio.run(self._serve()))
        self.thread.start()
        self.started.wait()

    def pin(self, number: int, *, as_written: Callable[[str], str] = str) -> None:
        """Let the file of known hosts hold this one of its keys."""
        self.pinned = number, as_written
        if self.started.is_set():
            self._write()

    def _write(self) -> None:
        number, as_written = self.pinned
        kind, text = self.keys[number].export_public_key().decode().split()[:2]
        line = line_of([as_written(self.target.known_as)], HostKey(kind, text))
        (self.folder / "known_hosts").write_text(f"# a remark\n\n{line} comment\n")

    @property
    def target(self) -> Target:
        """How to log in."""
        return Target("127.0.0.1", "anna", self.folder / "key", self.folder / "known_hosts", self.port)

    async def _serve(self) -> None:
        self.loop, self.stop = asyncio.get_running_loop(), asyncio.Event()
        listener = await asyncssh.listen(
            "127.0.0.1", 0, server_host_keys=self.keys, authorized_client_keys=str(self.folder / "authorized"),
            process_factory=_process, encoding=None, window=4096,
        )  # fmt: skip
        self.port = listener.get_port()
        self._write()
        self.started.set()
        await self.stop.wait()
        listener.close()
        await listener.wait_closed()

    def close(self) -> None:
        """Serve no more."""
        self.loop.call_soon_threadsafe(self.stop.set)
        self.thread.join()


async def _process(process: "asyncssh.SSHServerProcess[bytes]") -> None:
    match process.command:
        case "echo":
            process.stdout.write(await process.stdin.read())
            process.exit(0)
        case "flood":
            process.stderr.write(b"e" * MANY)
            process.stdout.write(b"o" * MANY)
            process.exit(3)
        case "killed":
            process.stdout.write(b"half")
            process.exit_with_signal("KILL")
        case "no status":
            process.stdout.write(b"half")
            process.close()
        case "cut":
            process.stdout.write(b"half")
            await asyncio.sleep(0.1)
            process.channel.get_connection().abort()
        case "leave":
            process.channel.get_connection().disconnect(asyncssh.DISC_BY_APPLICATION, "maintenance")
        case "deaf" | None:
            process.channel.pause_reading()
            process.stdout.write(b"ready")
            await asyncio.sleep(SECONDS)
        case _:
            await asyncio.sleep(SECONDS)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    running = Server(tmp_path_factory.mktemp("ssh"))
    yield running
    running.close()


@pytest.fixture
def session(server: Server) -> Iterator[Session]:
    opened = Session(server.target, SECONDS)
    yield opened
    opened.close()


def test_what_is_sent_comes_back_however_much_it_is(session: Session) -> None:
    sent = os.urandom(MANY).hex().encode()
    assert session.run("echo", sent, seconds=SECONDS).output.encode() == sent
    assert session.run("echo", "zażółć".encode(), seconds=SECONDS).output == "zażółć"


def test_output_and_complaint_stay_apart_and_neither_stops_the_other(session: Session) -> None:
    reply = session.run("flood", seconds=SECONDS)
    assert (reply.status, len(reply.output), len(reply.complaint)) == (3, MANY, MANY)
    assert set(reply.output) == {"o"} and set(reply.complaint) == {"e"}


@pytest.mark.parametrize("command", ["killed", "no status"])
def test_a_command_without_a_status_is_no_success(session: Session, command: str) -> None:
    with pytest.raises(ConnectionLost, match="lost: the session ended before the command"):
        session.run(command, seconds=SECONDS)
    assert session.run("echo", b"alive", seconds=SECONDS).output == "alive"


def test_a_cut_session_is_told_and_stays_lost(session: Session) -> None:
    with pytest.raises(ConnectionLost, match="lost: "):
        session.run("cut", seconds=SECONDS)
    assert not session.alive()
    with pytest.raises(ConnectionLost, match="lost: "):
        session.run("echo", seconds=SECONDS)
    session.close()
    with pytest.raises(ConnectionLost, match="lost: the session is closed"):
        session.run("echo", seconds=SECONDS)


def test_a_socket_that_took_the_place_of_a_session_the_device_has_ended_is_left_alone(session: Session) -> None:
    with pytest.raises(ConnectionLost, match="lost: "):
        session.run("leave", seconds=SECONDS)
    pairs = [socket.socketpair() for _ in range(20)]
    session.close()
    for own, peer in pairs:
        own.sendall(b"still here")
        assert peer.recv(10) == b"still here"
        own.close()
        peer.close()


@pytest.mark.parametrize(("command", "stdin"), [("silent", b""), ("deaf", b"x" * MANY)])
def test_a_wait_ends_when_it_was_said_to(session: Session, command: str, stdin: bytes) -> None:
    began, used = time.monotonic(), time.process_time()
    with pytest.raises(ConnectionLost, match=r"timeout: no answer within 1.5 s"):
        session.run(command, stdin, seconds=1.5)
    assert 1.4 < time.monotonic() - began < SECONDS / 2
    assert time.process_time() - used < 1, "it does not wait by turning in circles"


def test_a_terminal_that_takes_nothing(server: Server) -> None:
    shell = Shell(server.target, SECONDS, 80, 24)
    assert shell.receive(time.monotonic() + SECONDS) == b"ready"
    with pytest.raises(TimeoutError):
        shell.receive(time.monotonic() + 0.1)
    with pytest.raises(ConnectionLost, match="timeout: it takes no input"):
        shell.send("x" * MANY, time.monotonic() + 0.5)
    shell.close()


@pytest.mark.parametrize("number", [0, 1])
def test_the_kind_of_key_that_is_pinned_is_asked_for(server: Server, number: int) -> None:
    server.pin(number)
    Session(server.target, SECONDS).close()
    assert {key.kind for key in pinned(server.target.known_hosts, server.target.known_as)} == {
        server.keys[number].get_algorithm()
    }
    server.pin(0)


def test_a_hashed_name_is_known_and_a_revoked_key_is_not(server: Server) -> None:
    salt = os.urandom(20)

    def hashed(name: str) -> str:
        digest = hmac.digest(salt, name.encode(), "sha1")
        return f"|1|{base64.b64encode(salt).decode()}|{base64.b64encode(digest).decode()}"

    server.pin(0, as_written=hashed)
    Session(server.target, SECONDS).close()
    assert pinned(server.target.known_hosts, "elsewhere") == frozenset()
    server.pin(0, as_written="@revoked {}".format)
    with pytest.raises(DeviceUnreachable, match=r"host-key: .* shows SHA256:.*, and no key is pinned for it"):
        Session(server.target, SECONDS)
    server.pin(0)


def test_the_key_shown_is_the_one_openssh_would_show(server: Server) -> None:
    found = shown_key(server.target, SECONDS)
    mine = next(key for key in server.keys if key.get_algorithm() == found.kind)
    assert found.fingerprint == mine.get_fingerprint() and found.text in mine.export_public_key().decode()


def test_a_key_with_a_passphrase_and_one_that_is_not_authorised(server: Server, tmp_path: Path) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519")
    other.write_private_key(tmp_path / "closed", passphrase="secret")
    other.write_private_key(tmp_path / "other")
    with pytest.raises(DeviceUnreachable, match="holds no private key that opens without a passphrase"):
        Session(replace(server.target, key_file=tmp_path / "closed"), SECONDS)
    with pytest.raises(DeviceUnreachable, match="login: it does not take our key for anna"):
        Session(replace(server.target, key_file=tmp_path / "other"), SECONDS)


def test_sessions_that_come_and_go_never_close_a_socket_of_somebody_else(server: Server) -> None:
    """A descriptor closed twice would be another thread's by then."""

    def visit(number: int) -> str:
        own, peer = socket.socketpair()
        for _ in range(5):
            session = Session(server.target, SECONDS)
            assert session.run("echo", f"{number}".encode(), seconds=SECONDS).output == f"{number}"
            session.close()
        own.sendall(f"{number}".encode())
        said = peer.recv(10).decode()
        own.close()
        peer.close()
        return said

    with ThreadPoolExecutor(16) as pool:
        assert list(pool.map(visit, range(48))) == [str(n) for n in range(48)]
