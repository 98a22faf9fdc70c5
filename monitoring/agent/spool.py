"""Results that could not be sent, kept on disk until they can: bounded, oldest dropped first, safe against a crash."""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

type Document = dict[str, Any]


class Spool:
    """A queue of batches in one SQLite file."""

    def __init__(self, folder: Path, most: int = 200_000) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._most, self.dropped = most, 0
        self._store = _opened(folder / "spool.sqlite")
        (self.count,) = self._store.execute("SELECT coalesce(sum(count), 0) FROM batches").fetchone()

    def add(self, results: Sequence[Document]) -> None:
        """Keep results; the oldest batches make room when there are too many."""
        with self._store:
            text = json.dumps(list(results), separators=(",", ":"))
            self._store.execute("INSERT INTO batches (count, body) VALUES (?, ?)", (len(results), text))
            self.count += len(results)
            while self.count > self._most:
                number, count = self._store.execute("SELECT id, count FROM batches ORDER BY id LIMIT 1").fetchone()
                self._store.execute("DELETE FROM batches WHERE id = ?", (number,))
                self.count -= count
                self.dropped += count

    def oldest(self, most: int) -> tuple[int, list[Document]]:
        """The oldest results, about ``most`` of them, and a mark by which they are forgotten once they are sent."""
        results: list[Document] = []
        mark = 0
        for number, body in self._store.execute("SELECT id, body FROM batches ORDER BY id"):
            results += json.loads(body)
            mark = number
            if len(results) >= most:
                break
        return mark, results

    def forget(self, mark: int) -> None:
        """Remove everything up to a mark."""
        with self._store:
            self._store.execute("DELETE FROM batches WHERE id <= ?", (mark,))
        (self.count,) = self._store.execute("SELECT coalesce(sum(count), 0) FROM batches").fetchone()

    def close(self) -> None:
        """Close the file."""
        self._store.close()


def _opened(path: Path) -> sqlite3.Connection:
    """The store; a file that is no longer readable is put aside rather than stopping the agent."""
    try:
        return _connected(path)
    except sqlite3.DatabaseError:
        path.replace(path.with_suffix(".damaged"))
        return _connected(path)


def _connected(path: Path) -> sqlite3.Connection:
    store = sqlite3.connect(path, check_same_thread=False)
    try:
        store.execute("PRAGMA journal_mode=WAL")
        store.execute("PRAGMA synchronous=NORMAL")
        store.execute("CREATE TABLE IF NOT EXISTS batches (id INTEGER PRIMARY KEY AUTOINCREMENT, count INT, body TEXT)")
    except BaseException:
        store.close()
        raise
    return store
