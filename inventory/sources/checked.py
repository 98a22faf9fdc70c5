"""The only way files may become the inventory: read, held to every rule, and refused with all problems at once."""

from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

from inventory.checks.finding import Finding
from inventory.checks.registry import check, errors
from inventory.model.network import Network
from inventory.sources.files import read
from inventory.sources.problem import BadFiles, Problem
from inventory.sources.reader import Reading


def load_checked(
    source: Path | Traversable, day: date, max_mb: int | None = None
) -> tuple[Network, tuple[Finding, ...]]:
    """Read a folder or file and check it for a day; return the facts and the findings that do not refuse them.

    BadFiles names every problem of form and every broken rule of severity error with its file and line.
    """
    reading = read(source, max_mb)
    findings = check(reading.network, day, incomplete=reading.incomplete)
    broken = errors(findings)
    problems = [*reading.problems, *(_place(finding, reading) for finding in broken)]
    if problems:
        raise BadFiles(problems)
    return reading.network, findings


def _place(finding: Finding, reading: Reading) -> Problem:
    file, line = reading.places[finding.noun, finding.slug]
    return Problem(file, line, finding.object, finding.problem, finding.fix)
