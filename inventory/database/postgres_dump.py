"""Backups of PostgreSQL: ``pg_dump`` of one snapshot, put back by ``psql`` in one transaction."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import ClassVar

from psycopg.conninfo import make_conninfo
from sqlalchemy import Engine, inspect, text

from inventory.database.history import Head, head
from inventory.errors import SilesiaNetError

DEBIAN = Path("/usr/lib/postgresql")
"""Where Debian keeps the programs of each version."""


class PostgresDump:
    """What ``inventory.database.backup`` needs of a kind of database."""

    MAGIC: ClassVar[bytes] = b"PGDMP"

    @staticmethod
    def save(engine: Engine, part: Path) -> Head:
        """Write a dump in the custom format; writers go on meanwhile."""
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            _run(engine, "pg_dump", "--format=custom", *PLAIN, f"--snapshot={snapshot}", f"--file={part}")
            return head(connection)

    @staticmethod
    def version(file: Path) -> str | None:
        """The schema of a dump."""
        said = _run(None, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(file))
        found = re.search(r"^COPY .*alembic_version.*\n(\w+)$", said, re.MULTILINE)
        return found[1] if found else None

    @staticmethod
    def restore(engine: Engine, file: Path) -> None:
        """Drop every table and make those of the dump, all of it or nothing."""
        with TemporaryDirectory() as folder:
            script, drops = Path(folder, "restore.sql"), Path(folder, "drop.sql")
            _run(None, "pg_restore", *PLAIN, f"--file={script}", str(file))
            with engine.connect() as connection:
                quote = connection.dialect.identifier_preparer.quote
                names = map(quote, inspect(connection).get_table_names())
            drops.write_text("".join(f"DROP TABLE {name} CASCADE;\n" for name in names))
            engine.dispose()
            once = ("--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1")
            _run(engine, "psql", *once, f"--file={drops}", f"--file={script}", "--output=/dev/null")


PLAIN = ("--no-owner", "--no-privileges")
"""A dump may be put back by another user than it was made by."""


def program(name: str) -> str:
    """A program of PostgreSQL, of the newest version installed; SilesiaNetError when there is none."""
    versions = sorted(DEBIAN.glob(f"*/bin/{name}"), key=lambda path: float(path.parents[1].name), reverse=True)
    found = str(versions[0]) if versions else shutil.which(name)
    if found is None:
        raise SilesiaNetError(f"there is no program {name}", fix="install the client programs of PostgreSQL")
    return found


def _run(engine: Engine | None, name: str, *options: str) -> str:
    """Run a program and return what it says; the password goes through the environment, where nobody else sees it."""
    argv, environment = [program(name)], dict(os.environ)
    if engine is not None:
        url = engine.url
        named = {"host": url.host, "port": url.port, "user": url.username, "dbname": url.database}
        given = {key: value for key, value in (named | dict(url.query)).items() if value is not None}
        argv.append(f"--dbname={make_conninfo(**given)}")  # type: ignore[arg-type]
        if url.password:
            environment["PGPASSWORD"] = str(url.password)
    done = subprocess.run([*argv, *options], capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        said = done.stderr.strip().splitlines()
        raise SilesiaNetError(said[-1] if said else f"{name} failed", where=name)
    return done.stdout
