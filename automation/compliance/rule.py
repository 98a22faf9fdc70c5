"""The shape of a rule: what it asks of each platform, with a text that passes and one that fails for each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from automation.compliance.subject import Subject
from automation.settings import ConfigurationSettings


@dataclass(frozen=True)
class Offence:
    """Where a rule is broken; line 0 when something is missing."""

    line: int
    text: str


class Check(Protocol):
    """What a rule asks of one platform."""

    def applies(self, subject: Subject, /) -> bool:
        """Whether there is anything to ask of this device."""

    def offence(self, subject: Subject) -> Offence | None:
        """The first place where it is broken."""


@dataclass(frozen=True)
class Example:
    """Texts of a platform; the failing one is broken in ``line``."""

    passing: str
    failing: str
    line: int
    intended: str = ""
    startup: str | None = None
    settings: ConfigurationSettings = field(default_factory=ConfigurationSettings)

    def subject(self, platform: str, text: str) -> Subject:
        """A device that runs a text."""
        difference = "" if text == self.intended else "it differs"
        return Subject(
            "example", platform, text, self.intended, difference, startup=self.startup, settings=self.settings
        )


@dataclass(frozen=True)
class Rule:
    """A rule; platforms that are not in ``checks`` have nothing it could be asked of."""

    slug: str
    title_pl: str
    title_en: str
    checks: Mapping[str, Check]
    examples: Mapping[str, Example]

    def __post_init__(self) -> None:
        missing = sorted(set(self.checks) - set(self.examples))
        if missing or not self.checks:
            raise ValueError(f"rule {self.slug} has no example for {', '.join(missing) or 'any platform'}")
        for platform, example in self.examples.items():
            if not example.passing.strip() or not example.failing.strip():
                raise ValueError(f"rule {self.slug} needs a passing and a failing text for {platform}")
