"""Records written by an earlier release may lack fields that facts have gained since: they are filled in."""

from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from inventory.diff import Body
from inventory.model.network import NOUNS

type Shape = tuple[frozenset[str], tuple[tuple[str, "Shape"], ...]]
"""The names of the fields, and the shapes of the fields that hold objects or lists of objects."""


def completed(noun: str, body: Body) -> Body:
    """The record as today's release would write it."""
    return body if _fits(body, _shape(NOUNS[noun])) else NOUNS[noun].model_validate(body).model_dump(mode="json")


@cache
def _shape(model: type[BaseModel]) -> Shape:
    inner = ((name, part) for name, f in model.model_fields.items() if (part := model_in(f.annotation)) is not None)
    return frozenset(model.model_fields), tuple((name, _shape(part)) for name, part in inner)


def model_in(annotation: Any) -> type[BaseModel] | None:
    """The model an annotation is of, or of tuples or options of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((part for part in map(model_in, get_args(annotation)) if part is not None), None)


def _fits(body: Any, shape: Shape) -> bool:
    names, inner = shape
    if body.keys() != names:
        return False
    for name, part in inner:
        value = body[name]
        values = value if isinstance(value, list) else () if value is None else (value,)
        if not all(_fits(v, part) for v in values):
            return False
    return True
