"""The fields of a fact that a list can be filtered, sorted and narrowed by, however deep they lie."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from inventory.database.shape import model_in

OBJECT = object()
"""The kind of a field that holds objects: it can only be asked whether there is any."""

type Fields = Mapping[str, Any]
"""The type of one value of each field, by dotted name."""


@cache
def fields_of(model: type[BaseModel]) -> Fields:
    """The fields of a model: ``name``, ``address``, ``address.city``, ``hotspot.access_points.mac``."""
    return dict(_fields(model))


def _fields(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    for name, field in model.model_fields.items():
        annotation = field.rebuild_annotation()
        inner = model_in(annotation)
        if inner is not None:
            yield name, OBJECT
            yield from ((f"{name}.{deeper}", kind) for deeper, kind in _fields(inner))
        elif (kind := scalar(annotation)) is not None:
            yield name, kind


@cache
def columns_of(model: type[BaseModel]) -> Sequence[str]:
    """The columns of a table of such facts: objects spread out, lists in one cell."""
    return tuple(_columns(model))


def _columns(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        inner = model_in(field.annotation)
        if inner is None or _is_many(field.annotation):
            yield name
        else:
            yield from (f"{name}.{deeper}" for deeper in _columns(inner))


def _is_many(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_many, get_args(annotation)))


@cache
def is_ordered(kind: Any) -> bool:
    """Whether more and less mean something: numbers, dates and text, not words of a list."""
    if isinstance(kind, type):
        return issubclass(kind, int | float | date | str) and not issubclass(kind, bool | Enum)
    return get_origin(kind) is not Literal and any(is_ordered(part) for part in get_args(kind)[:1])


def scalar(annotation: Any) -> Any:
    """The type of one value of a field; null for fields that hold something else."""
    if isinstance(annotation, type):
        return annotation
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return annotation
    if origin is dict:
        return None
    if origin is tuple:
        return scalar(arguments[0])
    if hasattr(annotation, "__metadata__"):
        return annotation if get_origin(arguments[0]) is not tuple else scalar(arguments[0])
    scalars = [scalar(part) for part in arguments if part is not type(None)]
    return None if None in scalars or not scalars else Union[tuple(scalars)]  # noqa: UP007  built at run time
