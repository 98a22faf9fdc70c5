"""What a rule is, what it looks at, and what it finds."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from inventory.model.network import Network
from inventory.naming import object_name
from inventory.settings import Settings


class Severity(StrEnum):
    """``error`` refuses an import, ``warning`` is probably a mistake, ``info`` is worth knowing."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules look at: the network, the day it is judged for, and the limits that are settings."""

    network: Network
    day: date
    settings: Settings


@dataclass(frozen=True, slots=True)
class Flaw:
    """An object that breaks a rule; ``needs`` names the nouns that must be complete for this to be true."""

    noun: str
    slug: str
    problem: str
    fix: str
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """A flaw with the rule it breaks."""

    severity: Severity
    rule: str
    noun: str
    slug: str
    problem: str
    fix: str

    @property
    def object(self) -> str:
        """The object concerned, ``word:slug``."""
        return object_name(self.noun, self.slug)

    def __str__(self) -> str:
        return f"{self.object}: {self.problem}; {self.fix}"

    def document(self) -> dict[str, str]:
        """The finding for programs."""
        return {"severity": self.severity, "rule": self.rule, "object": self.object} | {
            "problem": self.problem,
            "fix": self.fix,
        }


Search = Callable[[Subject], Iterator[Flaw]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its name, how bad a breach is, the nouns it reads, and the search for breaches."""

    name: str
    severity: Severity
    needs: frozenset[str]
    search: Search

    @property
    def explanation(self) -> str:
        """What the rule demands, in one line."""
        return (self.search.__doc__ or "").strip().partition("\n")[0]


RULES: dict[str, Rule] = {}
"""Every rule by name; filled by the themes as ``registry`` imports them."""


def rule(name: str, severity: Severity, *needs: str) -> Callable[[Search], Search]:
    """Declare a function as a rule; it makes sense only when the nouns in ``needs`` were read completely."""

    def declare(search: Search) -> Search:
        RULES[name] = Rule(name, severity, frozenset(needs), search)
        return search

    return declare
