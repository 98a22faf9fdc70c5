"""Backups of SQLite: a compact copy made in one reading transaction, and put back in one writing transaction."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import ClassVar

from sqlalchemy import Engine, create_engine

from inventory.database.history import Head, head
from inventory.errors import BadInput


class SqliteCopy:
    """What ``inventory.database.backup`` needs of a kind of database."""

    MAGIC: ClassVar[bytes] = b"SQLite format 3\0"

    @staticmethod
    def save(engine: Engine, part: Path) -> Head:
        """Write a copy to an empty file; writers go on meanwhile."""
        with closing(sqlite3.connect(engine.url.database or "")) as source:
            source.execute("VACUUM INTO ?", (str(part),))
        reader = create_engine("sqlite://", creator=lambda: _reading(part))
        with reader.connect() as copy:
            return head(copy)

    @staticmethod
    def version(file: Path) -> str | None:
        """The schema of a copy; BadInput when the file is damaged."""
        try:
            with closing(_reading(file)) as copy:
                if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    raise BadInput("is damaged", where=str(file), fix="take an older backup")
                row = copy.execute("SELECT version_num FROM alembic_version").fetchone()
                return str(row[0]) if row else None
        except sqlite3.OperationalError:
            return None
        except sqlite3.DatabaseError as error:
            raise BadInput(f"is damaged: {error}", where=str(file), fix="take an older backup") from error

    @staticmethod
    def restore(engine: Engine, file: Path) -> None:
        """Overwrite the database with a copy; a process killed meanwhile leaves it as it was."""
        engine.dispose()
        with closing(_reading(file)) as copy, closing(sqlite3.connect(engine.url.database or "")) as target:
            copy.backup(target)


def _reading(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)
