"""A real NetBox for the length of a test session: its own database, redis, web server and worker, all on loopback.

NetBox lives in an environment of its own (`.netbox`). Its database is restored from a dump, for bringing an empty one
up to date takes ten minutes; the token is written with SQL, for NetBox's own shell takes as long to start as the rest.
"""

import hashlib
import hmac
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tests.support.cluster import BINARIES, Cluster
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
ENVIRONMENT = ROOT / ".netbox"
DUMPS = Path(os.environ.get("SILESIANET_SHARED") or ROOT.parent / "shared") / "data"
DUMP, LOADED_DUMP = DUMPS / "netbox-4.7.3.dump", DUMPS / "netbox-4.7.3-loaded.dump"
"""NetBox 4.7.3 without data, and with 5,000 devices and 100,000 interfaces."""
READY_SECONDS, END_SECONDS = 90.0, 5.0
PEPPER = secrets.token_hex(32)

CONFIGURATION = """
ALLOWED_HOSTS = ["*"]
DATABASES = {{"default": {{"ENGINE": "django.db.backends.postgresql", "NAME": "{database}", "USER": "silesianet",
    "PASSWORD": "{password}", "HOST": "127.0.0.1", "PORT": "{port}", "CONN_MAX_AGE": 0}}}}
_redis = dict(HOST="127.0.0.1", PORT={redis}, USERNAME="", PASSWORD="", SSL=False)
REDIS = dict(tasks=dict(_redis, DATABASE=0), caching=dict(_redis, DATABASE=1))
SECRET_KEY = "{pepper}"
API_TOKEN_PEPPERS = {{1: "{pepper}"}}
ISOLATED_DEPLOYMENT = True
CENSUS_REPORTING_ENABLED = False
LOGIN_REQUIRED = True
"""


@dataclass(frozen=True)
class Netbox:
    """A running NetBox, where it is, and the token of an administrator."""

    url: str
    token: str
    database: str
    server: Cluster
    redis_port: int
    pid: int
    """Process id of the web server's master."""

    def empty(self) -> None:
        """Begin again without data; the administrator's token stays good."""
        self.begin_as("empty")

    def keep_as(self, name: str) -> None:
        """Keep what NetBox holds now, to begin with it again."""
        self._copy(self.database, f"{self.database}_{name}")

    def begin_as(self, name: str) -> None:
        """Begin again with what was kept."""
        self._copy(f"{self.database}_{name}", self.database)
        _ask_redis(self.redis_port, "FLUSHALL")

    def _copy(self, source: str, target: str) -> None:
        with psycopg.connect(self.server.url("postgres"), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {target} WITH (FORCE)".encode())
            ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
            connection.execute(ended, (source,))
            connection.execute(f"CREATE DATABASE {target} TEMPLATE {source}".encode())

    def add_user(self, name: str, administrator: bool = False) -> str:
        """Make a user without any permission, or an administrator; returns a token."""
        return _add_user(self.server.url(self.database), name, administrator)


def missing() -> str:
    """What this machine lacks to run a NetBox; empty when nothing."""
    wanted = {
        ENVIRONMENT / "bin" / "netbox": "NetBox is not installed in .netbox (make test does it)",
        DUMP: "netbox-4.7.3.dump is not in the shared data (SILESIANET_SHARED)",
        BINARIES / "pg_restore": f"PostgreSQL 15 is not installed in {BINARIES}",
    }
    found = [reason for path, reason in wanted.items() if not path.exists()]
    if shutil.which("redis-server") is None:
        found.append("redis-server is not installed")
    return "; ".join(found)


@contextmanager
def netbox_on(server: Cluster, dump: Path = DUMP, database: str = "netbox") -> Iterator[Netbox]:
    """Start a NetBox on a database of the server; every process is ended by its own id."""
    token = _restore(server, dump, database)
    folder = Path(tempfile.mkdtemp(prefix="silesianet-netbox-"))
    redis, web = free_port(), free_port()
    environment = _install(folder, server, database, redis)
    try:
        with ExitStack() as running:
            memory = ["redis-server", "--bind", "127.0.0.1", "--port", str(redis), "--save", "", "--appendonly", "no"]
            running.enter_context(_process([*memory, "--dir", str(folder)], environment, folder / "redis.log"))
            master = running.enter_context(_process(_gunicorn(web), environment, folder / "gunicorn.log"))
            worker = [f"{ENVIRONMENT}/bin/netbox", "rqworker", "high", "default", "low"]
            listener = running.enter_context(_process(worker, environment, folder / "worker.log"))
            found = Netbox(f"http://127.0.0.1:{web}", token, database, server, redis, master.pid)
            _await(found, master, folder / "gunicorn.log")
            _await_worker(redis, listener, folder / "worker.log")
            yield found
    finally:
        shutil.rmtree(folder)


def _gunicorn(port: int) -> list[str]:
    """Keep-alive clients would hold the workers long after SIGTERM; the control socket would lie in a home folder."""
    size = ["--workers", "1", "--threads", "3", "--timeout", "300", "--graceful-timeout", "1", "--no-control-socket"]
    return [f"{ENVIRONMENT}/bin/gunicorn", "--bind", f"127.0.0.1:{port}", *size, "netbox.wsgi"]


def _restore(server: Cluster, dump: Path, database: str) -> str:
    """Fill the template, add an administrator to it, copy it; returns the token."""
    template = f"{database}_empty"
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {template}".encode())
    restore = [f"{BINARIES}/pg_restore", "--no-owner", "--no-privileges", "-d", server.url(template), str(dump)]
    subprocess.run(restore, check=True, capture_output=True)
    token = _add_user(server.url(template), "silesianet-tests", administrator=True)
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {database} TEMPLATE {template}".encode())
    return token


def _add_user(url: str, name: str, administrator: bool) -> str:
    """Write a user and a token of NetBox's second version; returns the token as clients send it."""
    key, secret = secrets.token_hex(6), secrets.token_hex(20)
    digest = hmac.new(PEPPER.encode(), secret.encode(), hashlib.sha256).hexdigest()
    with psycopg.connect(url, autocommit=True) as connection:
        user = connection.execute(
            "INSERT INTO users_user (username, password, is_superuser, first_name, last_name, email, is_active,"
            " date_joined) VALUES (%s, '!', %s, '', '', '', true, now()) RETURNING id",
            (name, administrator),
        ).fetchone()
        assert user is not None
        connection.execute(
            "INSERT INTO users_token (created, version, key, pepper_id, hmac_digest, enabled, write_enabled,"
            " description, user_id) VALUES (now(), 2, %s, 1, %s, true, true, '', %s)",
            (key, digest, user[0]),
        )
    return f"nbt_{key}.{secret}"


def _install(folder: Path, server: Cluster, database: str, redis: int) -> dict[str, str]:
    """Write the configuration; returns the environment of NetBox's processes."""
    conf = folder / "conf"
    conf.mkdir()
    (conf / "__init__.py").touch()
    text = CONFIGURATION.format(
        database=database, password=server.password, port=server.port, redis=redis, pepper=PEPPER
    )
    (conf / "configuration.py").write_text(text)
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "SILESIANET"))}
    return kept | {"NETBOX_ROOT": str(folder)}


@contextmanager
def _process(argv: list[str], environment: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            argv, env=environment, cwd=log.parent, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(END_SECONDS)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _await(found: Netbox, master: subprocess.Popen[bytes], log: Path) -> None:
    request = urllib.request.Request(f"{found.url}/api/status/", headers={"Authorization": f"Bearer {found.token}"})
    deadline = time.monotonic() + READY_SECONDS
    while True:
        try:
            urllib.request.urlopen(request, timeout=30).close()
            return
        except (urllib.error.URLError, OSError) as error:
            if master.poll() is not None or time.monotonic() > deadline or isinstance(error, urllib.error.HTTPError):
                raise RuntimeError(f"{error}\n{log.read_text()}") from error
            time.sleep(0.1)


def _await_worker(redis: int, worker: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the worker listens: while it starts it reads the database, and one taken from under it ends it."""
    deadline = time.monotonic() + READY_SECONDS
    while _ask_redis(redis, "SCARD rq:workers") != b":1\r\n":
        if worker.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"NetBox's worker does not listen\n{log.read_text()}")
        time.sleep(0.1)


def _ask_redis(port: int, command: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), 5) as redis:
        redis.sendall(f"{command}\r\n".encode())
        return redis.recv(64)
