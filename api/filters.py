"""Filters of lists: named like the fields, values checked by the fields' own types."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from fastapi import Request
from pydantic import BaseModel, TypeAdapter, ValidationError

from inventory.errors import SilesiaNetError

PAGING = frozenset({"limit", "offset", "as_of", "part"})


class BadFilter(SilesiaNetError):
    """A filter that no field has, or a value the field cannot take."""

    code = "usage"


type Fields = Mapping[str, Any]
"""Type of each field that can be filtered by."""


@cache
def fields_of(model: type[BaseModel]) -> dict[str, Any]:
    """The plain fields of a model: scalars, and lists of scalars by what they hold."""
    scalars = {name: _scalar(field.rebuild_annotation()) for name, field in model.model_fields.items()}
    return {name: kind for name, kind in scalars.items() if kind is not None}


def matching(request: Request, found: Sequence[dict[str, Any]], fields: Fields) -> list[dict[str, Any]]:
    """The documents that fit every filter in the address; a repeated filter means either value."""
    wanted: dict[str, list[Any]] = {}
    for name, value in request.query_params.multi_items():
        if name not in PAGING:
            wanted.setdefault(name, []).append(_parsed(name, value, fields))
    return [d for d in found if all(_fits(d.get(name), values) for name, values in wanted.items())]


def _parsed(name: str, value: str, fields: Fields) -> Any:
    if name not in fields:
        raise BadFilter("no such filter", where=name, fix=f"filter by {', '.join(sorted(fields))}")
    if value == "null":
        return None
    adapter = _adapter(fields[name])
    try:
        return adapter.dump_python(adapter.validate_python(value), mode="json")
    except ValidationError as error:
        raise BadFilter(f"{value!r} does not fit: {error.errors()[0]['msg']}", where=name) from error


def _fits(value: Any, wanted: list[Any]) -> bool:
    return any(w in value for w in wanted) if isinstance(value, list) else value in wanted


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _scalar(annotation: Any) -> Any:
    """The type of one value of a field; null for fields that hold objects."""
    if isinstance(annotation, type):
        return None if issubclass(annotation, BaseModel) else annotation
    if get_origin(annotation) is Literal:
        return annotation
    if get_origin(annotation) is dict:
        return None
    if get_origin(annotation) is tuple:
        return _scalar(get_args(annotation)[0])
    parts = [part for part in get_args(annotation) if part is not type(None)]
    if hasattr(annotation, "__metadata__"):
        return annotation if _scalar(parts[0]) is not None else None
    scalars = [_scalar(part) for part in parts]
    return None if None in scalars or not scalars else Union[tuple(scalars)]  # noqa: UP007  built at run time
