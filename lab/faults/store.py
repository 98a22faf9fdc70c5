"""Faults in force, on disk: a new process sees what an earlier one broke."""

from collections.abc import Iterable
from pathlib import Path

from pydantic import TypeAdapter

from lab.directory import Directory
from lab.faults.fault import Fault

_LIST = TypeAdapter(tuple[Fault, ...])


def listed(home: Path) -> tuple[Fault, ...]:
    """Faults in force, oldest first."""
    try:
        return _LIST.validate_json(Directory.of(home).faults.read_bytes())
    except FileNotFoundError:
        return ()


def save(home: Path, faults: Iterable[Fault]) -> None:
    """Replace the list in one step."""
    path = Directory.of(home).faults
    fresh = path.with_suffix(".new")
    fresh.write_bytes(_LIST.dump_json(tuple(faults), indent=1))
    fresh.replace(path)
