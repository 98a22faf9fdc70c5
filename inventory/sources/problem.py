"""What is wrong in an inventory file: collected, never stopped at the first, and reported together."""

from collections.abc import Iterable
from dataclasses import dataclass

from inventory.errors import BadInput


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault at one place, written ``FILE:LINE: OBJECT: problem; fix``; OBJECT is ``file`` when it has no owner."""

    file: str
    line: int
    object: str
    problem: str
    fix: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.object}: {self.problem}; {self.fix}"


class BadFiles(BadInput):
    """Inventory files that cannot be accepted, with every problem found in them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
