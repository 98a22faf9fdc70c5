"""One condition on a field: what a filter in an address has been read as."""

import operator
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from api.listing.value import comparable


class Op(StrEnum):
    """How a field is held to its values; a field of many values fits when any of them does."""

    EXACT = "exact"
    IN = "in"
    N = "n"
    GTE = "gte"
    GT = "gt"
    LTE = "lte"
    LT = "lt"
    IC = "ic"
    EMPTY = "empty"


@dataclass(frozen=True)
class Condition:
    """``field`` may be dotted; several values mean either of them (``N``: none of them); null means without value."""

    field: str
    op: Op
    values: tuple[Any, ...]


type Test = Callable[[Any], bool]

_ORDERED: dict[Op, Callable[[Any, Any], bool]] = {
    Op.GTE: operator.ge,
    Op.GT: operator.gt,
    Op.LTE: operator.le,
    Op.LT: operator.lt,
}


def asks(op: Op, values: tuple[Any, ...]) -> Test:
    """What ``GTE GT LTE LT IC`` ask of a single value."""
    if op is Op.IC:
        parts = [str(v).casefold() for v in values]
        return lambda value: any(part in str(value).casefold() for part in parts)
    compare = _ORDERED[op]
    return lambda value: any(comparable(value, v) and compare(value, v) for v in values)
