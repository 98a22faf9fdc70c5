"""One change to a lab at a time, across processes."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from inventory.errors import RefusedRequest
from lab.directory import Directory


@contextmanager
def held(directory: Directory) -> Iterator[None]:
    """Hold the lab's lock; refused at once when another process holds it. It dies with its holder."""
    directory.root.mkdir(parents=True, exist_ok=True)
    with directory.lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedRequest(
                "another process is changing the lab", where=str(directory.root), fix="wait for it, or end it"
            ) from None
        yield
