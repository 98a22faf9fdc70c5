"""The content of files: read after kind and size were found acceptable, written so that nobody sees half of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources.abc import Traversable
from pathlib import Path

from inventory.errors import BadInput
from inventory.sources.document import Fault

MIB = 1024 * 1024


@contextmanager
def readable(source: Path | Traversable) -> Iterator[None]:
    """What the system refuses while a source is read is BadInput."""
    try:
        yield
    except OSError as error:
        fix = "give a folder of inventory files, or one file"
        raise BadInput(f"cannot be read: {error.strerror}", where=str(error.filename or source), fix=fix) from error


def acceptable(file: Path, max_mb: int) -> Path:
    """The file, if it is one and not above ``max_mb`` (MiB); Fault otherwise, before anything is read."""
    if not file.is_file() and file.exists():
        raise Fault(1, "not a regular file", "give a folder or a file")
    size = file.stat().st_size
    if size > max_mb * MIB:
        problem = f"{size / MIB:.1f} MiB, above the limit of {max_mb} MiB; it was not read"
        raise Fault(1, problem, "split it, or raise SILESIANET_IMPORT_MAX_MB")
    return file


def octets_of(file: Path, max_mb: int) -> bytes:
    """The octets of an acceptable file."""
    return acceptable(file, max_mb).read_bytes()


def replace_file(file: Path, octets: bytes) -> None:
    """Write a file so that nobody ever sees half of it."""
    fresh = file.with_name(f".{file.name}.new")
    fresh.write_bytes(octets)
    fresh.replace(file)
