"""The only way files may become the inventory: read, held to every rule, and refused with all problems at once."""

from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import NamedTuple

from inventory.checks.finding import Finding
from inventory.checks.registry import check, errors
from inventory.database.frugal import uncollected
from inventory.model.network import Network
from inventory.sources import incoming
from inventory.sources.incoming import Manner
from inventory.sources.problem import BadFiles, Problem
from inventory.sources.reader import Reading


class Loaded(NamedTuple):
    """The facts, the findings that do not refuse them, and what else is worth saying."""

    network: Network
    findings: tuple[Finding, ...]
    notices: tuple[str, ...]


def load_checked(
    source: Path | Traversable,
    day: date,
    max_mb: int | None = None,
    *,
    current: Network | None = None,
    manner: Manner | None = None,
) -> Loaded:
    """Read files of any kind, tables and maps laid over ``current``, and check the whole for a day.

    BadFiles names every problem of form and every broken rule of severity error with its file and line.
    """
    reading = incoming.read(source, current or Network(), manner or Manner(), max_mb)
    with uncollected():
        findings = check(reading.network, day, incomplete=reading.incomplete)
    broken = errors(findings)
    problems = [*reading.problems, *(_place(finding, reading, str(source)) for finding in broken)]
    if problems:
        raise BadFiles(problems)
    return Loaded(reading.network, findings, reading.notices)


def _place(finding: Finding, reading: Reading, source: str) -> Problem:
    """Where the object of a finding stands; one that is not in the files is laid to the files as a whole."""
    at = reading.pinpoint(finding.noun, finding.slug, finding.problem)
    file, line, column = at or (*reading.places.get((finding.noun, finding.slug), (source, 1)), 0)
    return Problem(file, line, finding.object, finding.problem, finding.fix, column)
