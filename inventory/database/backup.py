"""Saves the whole database to one file while it is in use, and puts it back, all of it or nothing."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine, func, inspect, select, table

from inventory.database import postgres_dump, sqlite_copy
from inventory.database.engine import connect, newest_version, upgrade
from inventory.database.history import Head
from inventory.database.store import InventoryStore
from inventory.database.verification import Verification
from inventory.errors import BadInput, RefusedRequest, SilesiaNetError

VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Backup:
    """A file that was written: its size in octets, the last revision in it and the digest of its history."""

    file: Path
    octets: int
    revision: int
    digest: str


def save(engine: Engine, file: Path, replace: bool = False) -> Backup:
    """Write the database as it is at one moment; the file appears when it is complete, readable by its owner only."""
    if file.exists() and not replace:
        raise RefusedRequest("the file is there already", where=str(file), fix="name another one, or give --force")
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        head: Head = _kind(engine).save(engine, part)
        _settle(part, file)
    except OSError as error:
        fix = "name a file that can be written"
        raise SilesiaNetError(f"cannot be written: {error.strerror}", where=str(file), fix=fix) from error
    finally:
        part.unlink(missing_ok=True)
    return Backup(file, file.stat().st_size, head.id, head.digest)


def restore(engine: Engine, file: Path, replace: bool = False) -> Verification:
    """Make the database what the file holds, then bring its schema up to date and verify its history.

    RefusedRequest when there is anything in the database and it is not to be replaced.
    """
    kind = _kind(engine)
    try:
        with file.open("rb") as opened:
            magic = opened.read(len(kind.MAGIC))
    except OSError as error:
        raise BadInput(f"cannot be read: {error.strerror}", where=str(file), fix="name a backup") from error
    if magic != kind.MAGIC:
        told = f"is not a backup of a {engine.dialect.name} database"
        raise BadInput(told, where=str(file), fix="restore it to the kind of database it was made from")
    version = kind.version(file)
    if version is None or version > newest_version():
        told = f"has schema {version}, this release knows {newest_version()}" if version else "holds no schema of ours"
        raise BadInput(told, where=str(file), fix="restore it with the release that made it")
    held = filled(engine)
    if held and not replace:
        told = f"the database is not empty: {', '.join(held)}"
        raise RefusedRequest(told, fix="name an empty database, or replace everything in it with --force")
    kind.restore(engine, file)
    engine.dispose()
    upgrade(engine)
    return InventoryStore(engine).verify()


def filled(engine: Engine) -> list[str]:
    """Tables that hold more rows than those of a new database do."""
    new = connect("sqlite://")
    upgrade(new)
    at_first = _counted(new)
    return sorted(name for name, rows in _counted(engine).items() if rows > at_first.get(name, 0))


def _counted(engine: Engine) -> dict[str, int]:
    with engine.connect() as connection:
        names = [name for name in inspect(connection).get_table_names() if name != VERSION_TABLE]
        rows = select(func.count())
        return {name: connection.execute(rows.select_from(table(name))).scalar_one() for name in names}


def _kind(engine: Engine) -> "type[sqlite_copy.SqliteCopy] | type[postgres_dump.PostgresDump]":
    return postgres_dump.PostgresDump if engine.dialect.name == "postgresql" else sqlite_copy.SqliteCopy


def _settle(part: Path, file: Path) -> None:
    """Let the file appear under its name, on the disk."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
