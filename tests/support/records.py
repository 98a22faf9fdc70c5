"""Arbitrary valid records of any noun, made from the model itself, so that a new noun or field is covered at once."""

from collections.abc import Callable, Iterable
from datetime import date
from enum import Enum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from inventory.model.fact import Record
from inventory.model.network import NOUNS
from inventory.model.rate import parse_rate
from inventory.sources.tables.columns import NAMES

Strategy = st.SearchStrategy[Any]
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1)
TEXTS = (WORDS | st.text("'=+-@;,[]{}\"1a ", min_size=1)).map(str.strip).filter(bool)


def records(noun: str, size: int = 3) -> st.SearchStrategy[list[Record]]:
    """A few records of a noun with different slugs."""
    return st.lists(of_model(NOUNS[noun]), max_size=size, unique_by=lambda record: str(record.slug))


def of_model(model: type[BaseModel]) -> Strategy:
    """Values of a model; what has a default is sometimes left to it."""
    required = {n: _of(f.annotation, f.metadata) for n, f in model.model_fields.items() if f.is_required()}
    optional = {n: _of(f.annotation, f.metadata) for n, f in model.model_fields.items() if not f.is_required()}
    return st.fixed_dictionaries(required, optional=optional).map(model.model_validate)


def _of(annotation: Any, marks: Iterable[Any] = ()) -> Strategy:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _of(inner[0], [*marks, *inner[1:]])
    if origin in (Union, UnionType):
        return st.one_of([st.none() if option is type(None) else _of(option, marks) for option in inner])
    if origin is tuple:
        return _listed(inner[0], marks)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return of_model(annotation)
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    return _MADE[annotation](_limits(marks))


def _listed(item: Any, marks: Iterable[Any]) -> Strategy:
    fields = getattr(item, "model_fields", {})
    key = next((name for name in NAMES if name in fields), None)
    least = _limits(marks).get("min_length", 0)
    return st.lists(
        _of(item), min_size=least, max_size=3, unique_by=(lambda one: getattr(one, key)) if key else None
    ).map(tuple)


def _limits(marks: Iterable[Any]) -> dict[str, Any]:
    names = ("ge", "gt", "le", "lt", "pattern", "min_length")
    found: dict[str, Any] = {}
    for mark in [inner for outer in marks for inner in [outer, *getattr(outer, "metadata", ())]]:
        held = getattr(mark, "__dict__", {}) | {n: getattr(mark, n) for n in names if hasattr(mark, n)}
        found |= {name: held[name] for name in names if held.get(name) is not None}
        found["rate"] = found.get("rate", False) or getattr(mark, "func", None) is parse_rate
    return found


def _text(limits: dict[str, Any]) -> Strategy:
    pattern = limits.get("pattern")
    if not pattern or r"\x00" in pattern:
        return TEXTS
    return st.from_regex(pattern, fullmatch=True, alphabet=st.characters(max_codepoint=0x7E)).filter(
        lambda text: not text.endswith("\n") and "\n" not in text
    )


def _whole(limits: dict[str, Any]) -> Strategy:
    least = limits.get("ge", limits["gt"] + 1 if "gt" in limits else None)
    return st.integers(least, limits.get("le", 10**13))


def _number(limits: dict[str, Any]) -> Strategy:
    least, most = limits.get("ge", limits.get("gt")), limits.get("le")
    return st.floats(least, most, exclude_min="gt" in limits, allow_nan=False, allow_infinity=False)


def _interface(version: Literal[4, 6]) -> Callable[[Any], Strategy]:
    kind, most = ((IPv4Interface, 32), (IPv6Interface, 128))[version == 6]
    return lambda _: st.tuples(st.ip_addresses(v=version), st.integers(0, most)).map(lambda pair: kind(tuple(pair)))


def _network(version: Literal[4, 6]) -> Callable[[Any], Strategy]:
    return lambda limits: _interface(version)(limits).map(lambda interface: interface.network)


_MADE: dict[Any, Callable[[dict[str, Any]], Strategy]] = {
    str: _text,
    int: _whole,
    float: _number,
    bool: lambda _: st.booleans(),
    date: lambda _: st.dates(),
    IPv4Address: lambda _: st.ip_addresses(v=4),
    IPv6Address: lambda _: st.ip_addresses(v=6),
    IPv4Interface: _interface(4),
    IPv6Interface: _interface(6),
    IPv4Network: _network(4),
    IPv6Network: _network(6),
}
