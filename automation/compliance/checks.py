"""What rules ask: never such a line, such a line at least once, each server of a setting, and whole texts compared."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from automation.bundle import MARK
from automation.compliance.rule import Offence
from automation.compliance.subject import Line, Subject


@dataclass(frozen=True)
class Never:
    """No line matches, unless the intended configuration has it too where ``unless_intended`` is set."""

    pattern: str
    under: str = ""
    unless_intended: bool = False

    def applies(self, _subject: Subject, /) -> bool:
        """Always."""
        return True

    def offence(self, subject: Subject) -> Offence | None:
        """The first line that matches."""
        meant = {line.strip() for line in subject.intended.split("\n")} if self.unless_intended else set()
        for line in _under(subject.lines(), self.under):
            if re.search(self.pattern, line.text) and line.text.strip() not in meant:
                return Offence(line.number, line.text.strip())
        return None


@dataclass(frozen=True)
class Needs:
    """Some line matches, wherever there is one that matches ``where`` (anywhere without it)."""

    pattern: str
    words: str
    where: str = ""

    def applies(self, subject: Subject) -> bool:
        """Only where there is something it belongs to."""
        return not self.where or any(re.search(self.where, line.text) for line in subject.lines())

    def offence(self, subject: Subject) -> Offence | None:
        """What is missing, at the line it belongs to."""
        if any(re.search(self.pattern, line.text) for line in subject.lines()):
            return None
        place = (line.number for line in subject.lines() if self.where and re.search(self.where, line.text))
        return Offence(next(place, 0), f"missing: {self.words}")


@dataclass(frozen=True)
class Servers:
    """Every server of a setting stands in a line; without servers there is nothing to ask."""

    setting: str
    pattern: str

    def applies(self, subject: Subject) -> bool:
        """Only if the setting names servers."""
        return bool(getattr(subject.settings, self.setting))

    def offence(self, subject: Subject) -> Offence | None:
        """The first server that is missing."""
        for server in getattr(subject.settings, self.setting):
            wanted = self.pattern.replace("SERVER", rf"{re.escape(server)}(?![\w.])")
            if not any(re.search(wanted, line.text) for line in subject.lines()):
                return Offence(0, f"missing: {server}")
        return None


@dataclass(frozen=True)
class AllOf:
    """Several at once; broken where the first of them is."""

    checks: tuple[Never | Needs | Servers, ...]

    def applies(self, subject: Subject) -> bool:
        """If any does."""
        return any(check.applies(subject) for check in self.checks)

    def offence(self, subject: Subject) -> Offence | None:
        """The first one found."""
        found = (check.offence(subject) for check in self.checks if check.applies(subject))
        return next((offence for offence in found if offence), None)


@dataclass(frozen=True)
class AsIntended:
    """The device itself finds no difference from what is intended."""

    def applies(self, _subject: Subject, /) -> bool:
        """Always."""
        return True

    def offence(self, subject: Subject) -> Offence | None:
        """The first line that is not intended, or that is missing."""
        return _first(subject.running, subject.intended, "intended") if subject.difference else None


@dataclass(frozen=True)
class Kept:
    """A restart would bring back what runs: nothing waits for confirmation, and what is stored is the same."""

    def applies(self, _subject: Subject, /) -> bool:
        """Always."""
        return True

    def offence(self, subject: Subject) -> Offence | None:
        """What a restart would take away."""
        if subject.pending:
            return Offence(0, "a commit waits for its confirmation")
        if subject.startup is None or subject.startup == subject.running:
            return None
        return _first(subject.running, subject.startup, "stored")


def _under(lines: Iterable[Line], under: str) -> Iterable[Line]:
    return (line for line in lines if not under or any(re.search(under, above) for above in line.under))


def _first(running: str, other: str, word: str) -> Offence:
    theirs, ours = set(other.split("\n")), set(running.split("\n"))
    for number, line in enumerate(running.split("\n"), 1):
        if line.strip() and line not in theirs and not line.startswith(MARK):
            return Offence(number, line.strip())
    missing = next((line for line in other.split("\n") if line.strip() and line not in ours), "")
    return Offence(0, f"{word}, but not running: {missing.strip()}" if missing else "lines stand in another order")
