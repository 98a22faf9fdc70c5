"""Opens the database (SQLite or PostgreSQL) and brings its schema up to date."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import as_file, files
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text

BUSY_SECONDS = 30
MIGRATION_LOCK = 0x53494C45
"""Key of the PostgreSQL advisory lock under which the schema is changed."""


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


JSON: dict[str, Any] = {"json_serializer": _json, "json_deserializer": orjson.loads}
"""JSON columns are written and read quickly; what is JSON already is written as ``orjson.Fragment``."""


def connect(url: str) -> Engine:
    """Return an engine for the URL; a SQLite file's folder is created on the way."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True, **JSON)
    if parsed.database:
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, **JSON)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_immediately)
    return engine


def _prepare_sqlite(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None  # transactions are begun by us, see _begin_immediately
    _write_ahead(connection)
    for pragma in ("synchronous=NORMAL", "foreign_keys=ON", f"busy_timeout={BUSY_SECONDS * 1000}"):
        connection.execute(f"PRAGMA {pragma}")


def _write_ahead(connection: SqliteConnection) -> None:
    """Switch to WAL; SQLite does not wait for that while others open a new file, so we do."""
    until = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
        except OperationalError:
            if time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _begin_immediately(connection: Any) -> None:
    """Take the write lock only where a write is announced, so readers never wait."""
    mode = "IMMEDIATE" if connection.get_execution_options().get("writes") else "DEFERRED"
    connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection whose statements all see one moment."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


def upgrade(engine: Engine) -> None:
    """Bring the schema up to date; safe to call on every start, by several processes at once."""
    if schema_version(engine) != newest_version():
        migrate(engine, newest_version())


def newest_version() -> str:
    """The last migration there is."""
    versions = files("inventory") / "migrations" / "versions"
    return max(path.name[:4] for path in versions.iterdir() if path.name[:1].isdecimal())


def schema_version(engine: Engine) -> str | None:
    """The migration the schema is at; none when the database is empty."""
    with engine.connect() as connection:
        return _version(connection)


def migrate(engine: Engine, target: str) -> None:
    """Take the schema to a migration, up or down (``base`` is before the first), all of the way or not at all."""
    from alembic import command  # takes longer to load than most commands take to run
    from alembic.config import Config

    writing = engine.connect().execution_options(writes=True)
    with as_file(files("inventory") / "migrations") as folder, writing as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        down = target == "base" or target < (_version(connection) or "")
        (command.downgrade if down else command.upgrade)(config, target)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return version
