"""Bit rates: written with a unit by people, whole bits per second inside."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, SerializationInfo, WithJsonSchema

UNITS = {"b/s": 1, "kb/s": 10**3, "Mb/s": 10**6, "Gb/s": 10**9}
_RATE = re.compile(r"^\s*(\d+(?:\.\d+)?)\s*(\S+)\s*$")


def parse_rate(value: Any) -> Any:
    """Read ``300 Mb/s`` as 300000000; integers are bits per second already."""
    if not isinstance(value, str):
        return value
    match = _RATE.match(value)
    if match is None or match[2] not in UNITS:
        raise ValueError(f"rate {value!r} has no known unit; write a number and one of {', '.join(UNITS)}")
    bits = float(match[1]) * UNITS[match[2]]
    if not bits.is_integer():
        raise ValueError(f"rate {value!r} is not a whole number of bits per second")
    return int(bits)


def format_rate(bits_per_second: int) -> str:
    """Write a rate in the largest unit that keeps it a whole number."""
    for unit, factor in reversed(UNITS.items()):
        if bits_per_second % factor == 0:
            return f"{bits_per_second // factor} {unit}"
    raise AssertionError("1 b/s divides every rate")


def _serialize(value: int, info: SerializationInfo) -> int | str:
    context = info.context
    return format_rate(value) if isinstance(context, dict) and context.get("for_people") else value


_SCHEMA = WithJsonSchema(
    {
        "anyOf": [
            {"type": "string", "pattern": r"^\s*\d+(\.\d+)?\s*([kMG]?b/s)\s*$"},
            {"type": "integer", "exclusiveMinimum": 0},
        ],
        "description": "Rate with its unit, such as 300 Mb/s; a bare integer is bits per second.",
    },
    mode="validation",
)

Rate = Annotated[int, BeforeValidator(parse_rate), Field(gt=0), PlainSerializer(_serialize), _SCHEMA]
