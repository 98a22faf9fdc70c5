"""``silesianet compliance``: devices held to the rules, each broken one with its line."""

import time
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.cli.device_scope import DeviceOption, SiteOption, scope_of
from api.cli.output import EXIT_DONE, EXIT_FINDINGS, EXIT_UNREACHABLE, JsonOption, console, emit_json, table
from api.context import Context
from automation.compliance.examine import Examined, Result, Verdict
from automation.compliance.examine import examine as look_at_all
from automation.compliance.registry import chosen
from automation.compliance.rule import Rule
from inventory.database.compliance import ComplianceStore, RuleFound

RuleOption = Annotated[list[str] | None, typer.Option("--rule", help="Only this rule; may be repeated.")]


def compliance(
    rule: RuleOption = None, device: DeviceOption = None, site: SiteOption = None, as_json: JsonOption = False
) -> None:
    """Hold devices to the rules; exit code 1 when one is broken, 3 when a device was not read."""
    context, rules = Context(), chosen(tuple(rule or ()))
    found = look_at_all(context.changes, scope_of(device, site), rules)
    ComplianceStore(context.engine).record(_rows(found, time.time()))
    if as_json:
        emit_json({"rules": [_rule(r, found) for r in rules], "devices": [_device(d) for d in found]})
    else:
        _print(rules, found)
    if not all(d.reached for d in found):
        raise typer.Exit(EXIT_UNREACHABLE)
    raise typer.Exit(EXIT_FINDINGS if any(d.broken for d in found) else EXIT_DONE)


def _rows(found: Sequence[Examined], at: float) -> list[RuleFound]:
    return [RuleFound(d.name, r.rule, at, r.verdict, r.line, r.text) for d in found if d.reached for r in d.results]


def _counts(rule: Rule, found: Sequence[Examined]) -> dict[str, int]:
    verdicts = [r.verdict for d in found for r in d.results if r.rule == rule.slug]
    return {verdict.value: verdicts.count(verdict) for verdict in Verdict}


def _rule(rule: Rule, found: Sequence[Examined]) -> dict[str, Any]:
    return {"slug": rule.slug, "title": rule.title_en, "counts": _counts(rule, found)}


def _device(device: Examined) -> dict[str, Any]:
    return device.model_dump(mode="json")


def _print(rules: Sequence[Rule], found: Sequence[Examined]) -> None:
    rows = [(r.slug, r.title_en, *_counts(r, found).values()) for r in rules]
    table("Rules", ("rule", "what it asks", "ok", "broken", "does not apply", "unknown"), rows)
    for device in found:
        if not device.reached:
            console.print(f"{device.name}: not reached: {device.reason}", highlight=False)
        for result in device.broken:
            console.print(_words(device, result), markup=False, highlight=False, soft_wrap=True)


def _words(device: Examined, result: Result) -> str:
    place = f" line {result.line}" if result.line else ""
    return f"{device.name}{place}: {result.rule}: {result.text}"
