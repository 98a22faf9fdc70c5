"""Devices held to the rules: each is read once, and every rule says ok, broken or nothing to ask."""

from collections.abc import Iterable
from dataclasses import replace
from enum import StrEnum

from automation.backups.masking import masked
from automation.change import Scope
from automation.changes import Changes
from automation.compliance.rule import Rule
from automation.compliance.subject import Subject
from automation.fleet import Missed
from automation.plan import chosen
from automation.render import render
from automation.session import Session
from inventory import platforms
from inventory.model.fact import Fact


class Verdict(StrEnum):
    """What a rule says of a device; ``unknown`` when the device was not read."""

    OK = "ok"
    BROKEN = "broken"
    NOTHING = "does not apply"
    UNKNOWN = "unknown"


class Result(Fact):
    """One rule and one device; ``line`` is null where nothing is broken, 0 where something is missing."""

    rule: str
    verdict: Verdict
    line: int | None = None
    text: str = ""


class Examined(Fact):
    """A device with the result of every rule."""

    name: str
    platform: str
    reached: bool
    reason: str
    results: tuple[Result, ...]

    @property
    def broken(self) -> tuple[Result, ...]:
        """Rules it breaks."""
        return tuple(result for result in self.results if result.verdict is Verdict.BROKEN)


def examine(changes: Changes, scope: Scope, rules: Iterable[Rule]) -> tuple[Examined, ...]:
    """Read every device of the scope and hold it to the rules; nothing is changed."""
    network, day, asked = changes.inventory.network(), changes.today(), tuple(rules)
    names = chosen(network, scope)
    intended = {name: render(network, name, day, changes.configuration) for name in names}
    kinds = {name: platforms.load(network.device[name].platform or "").slug for name in names}

    def read(name: str, session: Session) -> Subject:
        return replace(_read(name, kinds[name], str(intended[name]), session), settings=changes.configuration)

    found = []
    for name, answer in changes.fleet(network).run(names, read).items():
        if isinstance(answer, Missed):
            unknown = tuple(Result(rule=rule.slug, verdict=Verdict.UNKNOWN) for rule in asked)
            told = (False, answer.error.message, unknown)
        else:
            told = (True, "", tuple(judge(rule, answer.value) for rule in asked))
        found.append(Examined(name=name, platform=kinds[name], reached=told[0], reason=told[1], results=told[2]))
    return tuple(found)


def judge(rule: Rule, subject: Subject) -> Result:
    """What one rule says of one device; secrets in the line it shows are masked."""
    check = rule.checks.get(subject.platform)
    if check is None or not check.applies(subject):
        return Result(rule=rule.slug, verdict=Verdict.NOTHING)
    offence = check.offence(subject)
    if offence is None:
        return Result(rule=rule.slug, verdict=Verdict.OK)
    text = masked(subject.platform, offence.text)
    return Result(rule=rule.slug, verdict=Verdict.BROKEN, line=offence.line, text=text)


def _read(name: str, platform: str, intended: str, session: Session) -> Subject:
    """``whole`` (with what is not ours) and ``startup`` are asked of sessions that have them."""
    whole, startup = getattr(session, "whole", session.running), getattr(session, "startup", None)
    return Subject(
        device=name, platform=platform, running=whole(), intended=intended,
        difference=session.compare(intended), pending=session.status().pending is not None,
        startup=startup() if startup is not None else None,
    )  # fmt: skip
