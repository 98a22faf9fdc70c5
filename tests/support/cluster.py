"""A PostgreSQL server for the length of a test session: own folder, own port on loopback, own password."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.support.ports import free_port

BINARIES = Path("/usr/lib/postgresql/15/bin")
ROOM = 2 * 1024**3
"""Octets of memory that must be free for the databases of a session."""
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40")


@dataclass(frozen=True)
class Cluster:
    """A running server; every database in it is empty when handed out."""

    port: int
    password: str

    def url(self, database: str) -> str:
        """SQLAlchemy URL of a database."""
        return f"postgresql://silesianet:{self.password}@127.0.0.1:{self.port}/{database}"

    def fresh(self) -> str:
        """Create a database and return its URL."""
        name = f"t{secrets.token_hex(6)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return self.url(name)


def owner() -> str | None:
    """The unprivileged user that runs the server: it refuses to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _memory() -> str | None:
    """Where files are kept in memory, if there is room: a database is copied there forty times as fast."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > ROOM
    return str(memory) if roomy else None


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a server and stop it by its own process id; its folder is removed."""
    folder, user = Path(tempfile.mkdtemp(prefix="silesianet-pg-", dir=_memory())), owner()
    try:
        password = folder / "password"
        password.write_text(secrets.token_hex(16))
        if user is not None:
            for path in (folder, password):
                os.chown(path, pwd.getpwnam(user).pw_uid, -1)
        create = [f"{BINARIES}/initdb", "-D", f"{folder}/data", "-U", "silesianet", "-E", "UTF8", "--locale=C.UTF-8"]
        create += ["-A", "scram-sha-256", f"--pwfile={password}", "--no-sync"]
        subprocess.run(create, user=user, cwd=folder, check=True, capture_output=True)
        with _running(folder, user, Cluster(free_port(), password.read_text())) as server:
            yield server
    finally:
        shutil.rmtree(folder)


@contextmanager
def _running(folder: Path, user: str | None, server: Cluster) -> Iterator[Cluster]:
    settings = (*FAST, f"port={server.port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}")
    argv = [f"{BINARIES}/postgres", "-D", f"{folder}/data", *(f"--{setting}" for setting in settings)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(argv, user=user, cwd=folder, stdout=log, stderr=log)
    try:
        _await(server, process, folder / "log")
        yield server
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


def _await(server: Cluster, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(server.url("postgres")).close()
            return
        except psycopg.OperationalError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.05)
