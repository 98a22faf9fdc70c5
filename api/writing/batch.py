"""Applies a request to a network: every object is held to its form, its precondition and all rules, then all or none.

It runs inside the writing transaction, so that of two callers who have read the same state only one can write.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from pydantic import ValidationError

from api.answers import tag_of
from api.listing.derived import DERIVED
from api.presentation import Document, present
from api.scope import refuse_foreign, refuse_outside
from api.writing.fault import Fault, Missing, Stale, Taken, refusal
from api.writing.item import Action, Item
from inventory.checks.finding import Finding, Severity
from inventory.checks.registry import check, errors
from inventory.diff import diff
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.naming import records


@dataclass(frozen=True)
class Written:
    """The network as it became, and what the rules say about it short of refusing."""

    network: Network
    warnings: tuple[Finding, ...]


def apply(network: Network, noun: str, items: Sequence[Item], day: date, tenant: str | None) -> Written:
    """The network with all of it done; an error that names every fault otherwise."""
    return apply_all(network, {noun: items}, day, tenant)


def apply_all(network: Network, wanted: Mapping[str, Sequence[Item]], day: date, tenant: str | None) -> Written:
    """The same for objects of several nouns; fields of faults then begin with the noun."""
    after: dict[str, tuple[Record, ...]] = {}
    faults, incomplete = list[Fault](), list[str]()
    for noun, items in wanted.items():
        after[noun], wrong = _noun(network, noun, items, tenant)
        incomplete += [noun] if wrong else []
        faults += wrong if len(wanted) == 1 else [replace(f, field=f"{noun}.{f.field}") for f in wrong]
    changed = network.model_copy(update=after)
    findings = check(changed, day, incomplete=incomplete)
    touched = {(noun, item.slug): item.index for noun, items in wanted.items() for item in items}
    faults += _broken(errors(findings), touched)
    if faults:
        raise refusal(*faults)
    if tenant is not None:
        refuse_outside(tenant, network, changed, diff(network, changed))
    warnings = (f for f in findings if f.severity is Severity.WARNING and (f.noun, f.slug) in touched)
    return Written(changed, tuple(warnings))


def _noun(
    network: Network, noun: str, items: Sequence[Item], tenant: str | None
) -> tuple[tuple[Record, ...], list[Fault]]:
    """The objects of a noun afterwards, and what is wrong with the items."""
    before = {record.slug: record for record in records(network, noun)}
    refuse_foreign(tenant, network, noun, (before[item.slug] for item in items if item.slug in before))
    after, faults = dict(before), list[Fault]()
    for item in items:
        became = _became(item, noun, before.get(item.slug), network)
        if isinstance(became, list):
            faults += became
        elif became is None:
            del after[item.slug]
        else:
            after[item.slug] = became
    return tuple(after[slug] for slug in sorted(after)), faults


def _became(item: Item, noun: str, record: Record | None, network: Network) -> Record | list[Fault] | None:
    """The object afterwards, null when it is deleted, or what is wrong."""
    if item.action is Action.CREATE:
        if record is not None:
            fix = "PATCH it, or choose another slug"
            return [Fault(item.index, "slug", f"there is {item.slug!r} among {noun} already", fix, Taken)]
        return _valid(item, noun, item.body, {})
    if record is None:
        return [Fault(item.index, "slug", f"there is no {item.slug!r} among {noun}", "POST creates it", Missing)]
    shown = present(noun, record, network)
    if not _holds(item.if_match, tag_of(orjson.dumps(shown))):
        fix = "read it again, repeat the change and send the new ETag"
        detail = f"{item.slug!r} is no longer what the entity tag stands for"
        return [Fault(item.index, "if_match", detail, fix, Stale)]
    if item.action is Action.DELETE:
        return None
    given = item.body if item.action is Action.REPLACE else merged(record.model_dump(mode="json"), item.body)
    return _valid(item, noun, given, shown)


def _holds(condition: str | None, current: str) -> bool:
    """Whether a precondition fits; weak tags never do."""
    return condition is None or condition.strip() == "*" or current in {t.strip() for t in condition.split(",")}


def merged(before: Any, patch: Any) -> Any:
    """JSON merge patch (RFC 7396): objects are merged, null takes a field back to its default, lists are replaced."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(before) if isinstance(before, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result


def _valid(item: Item, noun: str, given: Mapping[str, Any], shown: Document) -> Record | list[Fault]:
    """The record; derived fields may be sent back as they were read."""
    derived = DERIVED.get(noun, {})
    faults = [
        Fault(item.index, name, "follows from other objects and cannot be written", "leave it out")
        for name in derived
        if name in given and (name not in shown or given[name] != shown[name])
    ]
    own = {name: value for name, value in given.items() if name not in derived} | {"slug": item.slug}
    try:
        record = NOUNS[noun].model_validate_json(orjson.dumps(own), strict=True)
    except ValidationError as error:
        return faults + list(_misfits(item.index, error))
    return faults or record


def _misfits(index: int, error: ValidationError) -> Iterator[Fault]:
    for fault in error.errors(include_url=False):
        field = ".".join(str(step) for step in fault["loc"])
        fix = "leave it out or correct the name" if fault["type"] == "extra_forbidden" else "see /openapi.json"
        yield Fault(index, field, fault["msg"], fix)


def _broken(findings: Sequence[Finding], indexes: Mapping[tuple[str, str], int]) -> Iterator[Fault]:
    for finding in findings:
        index = indexes.get((finding.noun, finding.slug))
        yield Fault(index, finding.rule, f"{finding.object}: {finding.problem}", finding.fix)
