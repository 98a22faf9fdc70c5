"""Runs every rule over a network; a new theme is one more file in this folder."""

from collections.abc import Iterable
from datetime import date
from importlib import import_module
from pkgutil import iter_modules

import inventory.checks
from inventory.checks.finding import RULES, Finding, Rule, Severity, Subject
from inventory.errors import BadInput
from inventory.model.network import Network
from inventory.settings import Settings

_ORDER = list(Severity)


def rules() -> dict[str, Rule]:
    """Every rule by name."""
    for module in iter_modules(inventory.checks.__path__):
        import_module(f"{inventory.checks.__name__}.{module.name}")
    return dict(sorted(RULES.items()))


def check(
    network: Network, day: date, *, incomplete: Iterable[str] = (), settings: Settings | None = None
) -> tuple[Finding, ...]:
    """Hold a network to every rule, worst findings first.

    Nouns in ``incomplete`` were not read completely: what would only follow from the missing part is left out.
    """
    subject, missing = Subject(network, day, settings or Settings()), frozenset(incomplete)
    found = [
        Finding(rule.severity, rule.name, flaw.noun, flaw.slug, flaw.problem, flaw.fix)
        for rule in rules().values()
        if not rule.needs & missing
        for flaw in rule.search(subject)
        if not flaw.needs & missing
    ]
    return tuple(sorted(found, key=lambda f: (_ORDER.index(f.severity), f.noun, f.slug, f.rule, f.problem)))


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings for which a write is refused."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


class BadFacts(BadInput):
    """A network that breaks rules of severity error, with every such finding."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))


def accept(network: Network, day: date) -> Network:
    """Return the network if no rule of severity error is broken; BadFacts otherwise."""
    broken = errors(check(network, day))
    if broken:
        raise BadFacts(broken)
    return network
