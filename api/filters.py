"""Filters of lists: named like the fields, values checked by the fields' own types.

``people_served=200``, ``people_served__gte=200``, ``slug__in=rynek,radiostacja``,
``address.city__ic=gli``, which may be written ``address__city__ic`` as well. A filter given twice means either value.
"""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from functools import cache
from typing import Any

from fastapi import Request
from pydantic import TypeAdapter, ValidationError

from api.listing.fields import OBJECT, Fields, fields_of, is_ordered
from api.listing.table import Condition, Op, Table
from inventory.errors import SilesiaNetError

__all__ = ["BadFilter", "Fields", "conditions", "fields_of", "matching", "no_such"]

PAGING = frozenset({"limit", "offset", "as_of", "part", "plane"})
MOST_DIGITS = 18
ORDERED = (Op.GTE, Op.GT, Op.LTE, Op.LT)


class BadFilter(SilesiaNetError):
    """A filter that no field has, or a value the field cannot take."""

    code = "usage"


def matching(request: Request, found: Sequence[dict[str, Any]], fields: Fields) -> list[dict[str, Any]]:
    """The documents that fit every filter in the address."""
    wanted = conditions((i for i in request.query_params.multi_items() if i[0] not in PAGING), fields)
    return [found[i] for i in Table(found).where(wanted)] if wanted else list(found)


def conditions(items: Iterable[tuple[str, str]], fields: Fields) -> tuple[Condition, ...]:
    """What the filters of an address ask; BadFilter when one makes no sense."""
    wanted: dict[tuple[str, Op], list[Any]] = {}
    for name, text in items:
        field, op = _split(name, fields)
        texts = text.split(",") if op is Op.IN else (text,)
        wanted.setdefault((field, op), []).extend(_parsed(name, t, fields[field], op) for t in texts)
    return tuple(Condition(field, op, tuple(values)) for (field, op), values in wanted.items())


def no_such(what: str, name: str, known: Iterable[str]) -> BadFilter:
    """The error for a name nobody has, with the nearest ones."""
    names = sorted(known)
    near = get_close_matches(name, names, n=3, cutoff=0.6)
    return BadFilter(f"no such {what}", where=name, fix=_advice(near, names))


def _advice(near: Sequence[str], names: Sequence[str]) -> str:
    return f"did you mean {' or '.join(near)}?" if near else f"use one of {', '.join(names)}"


def _split(name: str, fields: Fields) -> tuple[str, Op]:
    """Field and operation of a filter's name."""
    steps = name.replace("__", ".").split(".")
    if (field := ".".join(steps)) in fields:
        op = Op.EXACT
    elif steps[-1] in Op and (field := ".".join(steps[:-1])) in fields:
        op = Op(steps[-1])
    else:
        raise no_such("filter", name, (*fields, *(f"{f}__{op}" for f, kind in fields.items() for op in ops_of(kind))))
    if op not in ops_of(fields[field]):
        fix = f"use {field}__{f', {field}__'.join(o for o in ops_of(fields[field]) if o is not Op.EXACT)}"
        raise BadFilter(f"{field} cannot be asked for with {op}", where=name, fix=fix)
    return field, op


@cache
def ops_of(kind: Any) -> tuple[Op, ...]:
    """How a field of a kind can be asked for."""
    if kind is OBJECT:
        return (Op.EMPTY,)
    return tuple(op for op in Op if op not in ORDERED or is_ordered(kind))


def _parsed(name: str, text: str, kind: Any, op: Op) -> Any:
    if op is Op.IC:
        return text
    if text == "null" and op in (Op.EXACT, Op.IN, Op.N):
        return None
    try:
        return _read(_adapter(bool if op is Op.EMPTY else kind), text)
    except ValidationError as error:
        raise BadFilter(f"{text!r} does not fit: {error.errors()[0]['msg']}", where=name) from error


def _read(adapter: TypeAdapter[Any], text: str) -> Any:
    """A value as it stands in documents. Rates are text with a unit or, as in documents, whole bits per second."""
    try:
        return adapter.dump_python(adapter.validate_python(text), mode="json")
    except ValidationError:
        if not (text.isascii() and text.isdecimal() and len(text) < MOST_DIGITS):
            raise
        return adapter.dump_python(adapter.validate_python(int(text)), mode="json")


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
