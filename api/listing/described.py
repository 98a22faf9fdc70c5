"""What the description of the API says about the addresses of lists: every filter with the form of its values."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from api.listing.derived import fields
from api.listing.fields import OBJECT
from api.listing.query import FORMATS, LIMIT_DEFAULT, LIMIT_MAX

type Parameter = dict[str, Any]

_OPERATIONS = (
    "Or with an operation: NAME__in (several, by comma), __n (not), __gte __gt __lte __lt, __ic (contains), __empty."
)


def _parameter(name: str, schema: dict[str, Any], description: str = "", place: str = "query") -> Parameter:
    described = {"name": name, "in": place, "required": place == "path", "schema": schema}
    return described | ({"description": description} if description else {})


AS_OF = _parameter(
    "as_of",
    {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "format": "date"}]}
    | {"examples": [12, "2026-11-22", "2026-11-22T10:00:00Z"]},
    "A revision, a day (its end in Poland) or an instant; 404 for a revision that is not there.",
)


@cache
def list_parameters(noun: str) -> list[Parameter]:
    """Everything a list can be asked."""
    known = fields(noun)
    return [
        _parameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}),
        _parameter("offset", {"type": "integer", "minimum": 0, "default": 0}),
        _parameter("q", {"type": "string"}, "Words that stand anywhere in an object; case and accents do not matter."),
        _parameter(
            "ordering", _names([n for n, k in known.items() if k is not OBJECT], "-?"), "Fields, - for downwards."
        ),
        _parameter("fields", _names(list(known)), "The fields to show; all by default."),
        _parameter(
            "format", {"enum": list(FORMATS)}, "Or by Accept: text/csv. CSV holds all rows unless limit is given."
        ),
        AS_OF,
        *(_parameter(name, _schema(kind), _OPERATIONS) for name, kind in known.items() if kind is not OBJECT),
        *(_parameter(f"{name}__empty", {"type": "boolean"}) for name, kind in known.items() if kind is OBJECT),
    ]


def one_parameters() -> list[Parameter]:
    """What a single object can be asked."""
    return [AS_OF]


def _names(known: list[str], before: str = "") -> dict[str, Any]:
    name = f"{before}({'|'.join(n.replace('.', '[.]') for n in known)})"
    return {"type": "string", "pattern": f"^{name}(,{name})*$"}


@cache
def _schema(kind: Any) -> dict[str, Any]:
    schema = TypeAdapter(kind).json_schema(mode="validation")
    return {"anyOf": [schema, {"const": "null"}]}
