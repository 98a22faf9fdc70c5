"""Dates of validity make sense."""

from collections.abc import Iterator
from datetime import date

from inventory.checks.finding import Flaw, Severity, Subject, rule
from inventory.model.fact import Dated
from inventory.model.network import NOUNS
from inventory.naming import records


@rule("dates-ordered", Severity.ERROR)
def dates_ordered(subject: Subject) -> Iterator[Flaw]:
    """Nothing ends before it begins."""
    for noun, kind in NOUNS.items():
        for record in records(subject.network, noun) if issubclass(kind, Dated) else ():
            if isinstance(record, Dated) and _reversed(record.valid_from, record.valid_to):
                problem = f"ends on {record.valid_to}, before it begins on {record.valid_from}"
                yield Flaw(noun, record.slug, problem, "correct valid_from or valid_to")
    for site in subject.network.sites:
        for policy in site.hotspot.policies if site.hotspot else ():
            if _reversed(policy.valid_from, policy.valid_to):
                problem = f"a hotspot policy ends on {policy.valid_to}, before it begins on {policy.valid_from}"
                yield Flaw("sites", site.slug, problem, "correct valid_from or valid_to of the policy")


def _reversed(begin: date | None, end: date | None) -> bool:
    return begin is not None and end is not None and end < begin
