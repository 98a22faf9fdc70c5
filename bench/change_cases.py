"""The catalogue of seeded changes of the demonstration city: bad ones must undo themselves, good ones must be kept."""

from bench.change_edits import Case
from bench.changes_bad import BAD
from bench.changes_good import GOOD

CASES: tuple[Case, ...] = (*BAD, *GOOD)


def chosen(names: list[str]) -> tuple[Case, ...]:
    """Cases by name or class; all without one."""
    return tuple(case for case in CASES if not names or case.name in names or case.kind in names)
