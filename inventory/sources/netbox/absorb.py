"""What our inventory becomes when NetBox is taken at its word, field by field, where the word is NetBox's to say."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from inventory.diff import Body
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.model.tenant import Tenant, TenantKind
from inventory.naming import object_name, records
from inventory.sources.netbox import models as m
from inventory.sources.netbox.identify import LINK, LINK_FIELD, Theirs
from inventory.sources.netbox.interfaces import Plugged
from inventory.sources.netbox.mapping import DEVICES, EXCHANGED, Exchanged
from inventory.sources.netbox.models import Row
from inventory.sources.netbox.pairs import body

UNASSIGNED = "netbox"
"""The tenant of sites that have none in NetBox."""

Keys = Mapping[str, frozenset[str]]
"""Keys by path that both sides had at the last exchange."""


@dataclass
class Absorbed:
    """The inventory as it would be, and what has to be told about it.

    Attributes:
        gone: (noun, slug) of what both sides had and NetBox has no longer; kept until told otherwise.
        left_out: object → why it was not taken.
        assumed: (noun, field, value) → how often it was put where NetBox says nothing.
    """

    network: Network
    gone: list[tuple[str, str]] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    assumed: Counter[tuple[str, str, str]] = field(default_factory=Counter)


def absorb(theirs: Theirs, network: Network, paired: Keys) -> Absorbed:
    """Merge NetBox's rows into the inventory; records it never had are left as they are."""
    result = Absorbed(network)
    plugged = Plugged(theirs, network, paired)
    merged: dict[str, tuple[Record, ...]] = {}
    for noun in NOUNS:
        kinds = [e for e in EXCHANGED if e.noun == noun]
        old = {record.slug: record for record in records(network, noun)}
        new: dict[str, Record] = dict(old)
        for exchanged in kinds:
            _merge(exchanged, theirs, old, new, plugged, result)
        if noun == "links":
            _merge_links(theirs, old, new, result)
        result.gone += [(noun, slug) for slug in old if _is_gone(noun, slug, kinds, theirs, paired)]
        merged[noun] = tuple(new[slug] for slug in sorted(new))
    if result.assumed["sites", "tenant", UNASSIGNED]:
        _add_unassigned(merged)
    result.network = Network.model_validate(merged)
    return result


def _merge(
    exchanged: Exchanged, theirs: Theirs, old: Mapping[str, Record], new: dict[str, Record], plugged: Plugged,
    result: Absorbed,
) -> None:  # fmt: skip
    for slug, row in exchanged.slugs(theirs.rows[exchanged.path]):
        if new.get(slug) is not old.get(slug):
            continue  # a tenant that is both a group and a tenant
        had = old.get(slug)
        ours = {} if had is None else body(had)
        found = merge(exchanged, row, ours)
        if exchanged is DEVICES:
            found["interfaces"] = plugged.interfaces(slug, ours.get("interfaces") or [])
        if found == ours:
            continue
        found["slug"] = slug
        record = _fit(exchanged, row, found, ours, result)
        if record is not None:
            new[slug] = record


def merge(exchanged: Exchanged, row: Row, ours: Body) -> Body:
    """A record with NetBox's word for what NetBox owns; of a new record everything is NetBox's word.

    Where NetBox says nothing of what a record must have, ours stays.
    """
    found, fields = dict(ours), NOUNS[exchanged.noun].model_fields
    for pair in exchanged.pairs:
        if not ours or (pair.owner == "netbox" and not pair.agrees(row, ours)):
            value = pair.read(row, ours)
            if value is not None or (ours and not fields[pair.ours].is_required()):
                found[pair.ours] = value
    return found


def _fit(exchanged: Exchanged, row: Row, found: Body, ours: Body, result: Absorbed) -> Record | None:
    """The record, with assumptions where NetBox says nothing; none when it cannot be made."""
    kind, name = NOUNS[exchanged.noun], object_name(exchanged.noun, str(found["slug"]))
    for _ in range(4):
        try:
            return kind.model_validate(found)
        except ValidationError as error:
            faults = {str(fault["loc"][0]): fault["msg"] for fault in error.errors()}
        for field_name, message in faults.items():
            if not _mend(exchanged, field_name, row, found, ours, result):
                result.left_out[name] = f"{field_name}: {message}"
                return None
            if field_name in ours:
                result.left_out[f"{name} {field_name}"] = f"{message}; ours is kept"
    return None


def _mend(exchanged: Exchanged, name: str, row: Row, found: Body, ours: Body, result: Absorbed) -> bool:
    """Put something sound in the place of a field that does not fit."""
    if name in ours and found.get(name) != ours[name]:
        found[name] = ours[name]
        return True
    value: Callable[[Row], Any] | None = exchanged.assumed.get(name)
    if value is not None and found.get(name) != value(row):
        found[name] = value(row)
        result.assumed[exchanged.noun, name, _short(found[name])] += 1
        return True
    given = NOUNS[exchanged.noun].model_fields.get(name)
    if given is not None and not given.is_required() and name in found:
        result.assumed[exchanged.noun, name, f"nothing instead of {_short(found.pop(name))}"] += 1
        return True
    return False


def _short(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _merge_links(theirs: Theirs, old: Mapping[str, Record], new: dict[str, Record], result: Absorbed) -> None:
    """A link that is drawn as a cable follows that cable; one that is new to us is read from the cable."""
    for key, row in theirs.rows[m.CABLES].items():
        said = row.get(LINK_FIELD)
        slug = key.removeprefix(LINK) if key.startswith(LINK) else said.get("slug") if isinstance(said, dict) else None
        if slug is None:
            continue
        had = old.get(slug)
        ours: Body = dict(said or {}) if had is None else body(had)
        found = dict(ours)
        if key.startswith(LINK) and sorted((str(ours.get("a")), str(ours.get("b")))) != row["ends"]:
            found |= {"a": row["a"], "b": row["b"]}
        if had is None or found != ours:
            try:
                new[slug] = NOUNS["links"].model_validate(found)
            except ValidationError as error:
                result.left_out[object_name("links", str(slug))] = error.errors()[0]["msg"]


def _is_gone(noun: str, slug: str, kinds: list[Exchanged], theirs: Theirs, paired: Keys) -> bool:
    """Whether NetBox had a record at the last exchange and has it no longer."""
    places = [(e.path, e.prefix + slug) for e in kinds] + ([(m.CABLES, LINK + slug)] if noun == "links" else [])
    had = [place for place in places if place[1] in paired.get(place[0], ())]
    return bool(had) and not any(key in theirs.rows[path] for path, key in places)


def _add_unassigned(merged: dict[str, tuple[Record, ...]]) -> None:
    if all(tenant.slug != UNASSIGNED for tenant in merged["tenants"]):
        mine = Tenant(slug=UNASSIGNED, name="NetBox", kind=TenantKind.ORGANISATION)
        merged["tenants"] = tuple(sorted((*merged["tenants"], mine), key=lambda record: record.slug))


def without(network: Network, gone: list[tuple[str, str]]) -> Network:
    """The inventory without these records."""
    names = set(gone)
    return Network(**{noun: tuple(r for r in records(network, noun) if (noun, r.slug) not in names) for noun in NOUNS})
