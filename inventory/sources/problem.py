"""What is wrong in an inventory file: collected, never stopped at the first, and reported together."""

from collections.abc import Iterable
from dataclasses import dataclass

from inventory.errors import BadInput


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place, written ``FILE:LINE: OBJECT: problem; fix``; OBJECT is ``file`` when it has no owner.

    In a table LINE is the row, and ``:COLUMN`` follows it as spreadsheets name it (1 is A; 0 for the row as a whole).
    """

    file: str
    line: int
    object: str
    problem: str
    fix: str
    column: int = 0

    def __str__(self) -> str:
        column = f":{letter(self.column)}" if self.column else ""
        return f"{self.file}:{self.line}{column}: {self.object}: {self.problem}; {self.fix}"


def letter(column: int) -> str:
    """Name of a column as spreadsheets write it: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _order(problem: Problem) -> tuple[str, int, int, str]:
    return problem.file, problem.line, problem.column, str(problem)


class BadFiles(BadInput):
    """Inventory files that cannot be accepted, with every problem found in them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=_order))
        super().__init__("\n".join(map(str, self.problems)))
