"""Which tables there are and what stands in their columns, derived from the model.

A noun is a table. A field of a field is a dotted column (``address.street``), a list of plain values one cell with
``;`` between them, and a list of things with fields of their own (the interfaces of a device) a table of its own whose
first column names the owner. What fits none of these is JSON in a cell.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, StringConstraints

from inventory.model.network import NOUNS
from inventory.model.rate import parse_rate
from inventory.naming import WORD_OF

DATES = ("valid_from", "valid_to")
"""How long a record holds comes last."""
NAMES = ("name", "number", "slug")
"""Fields by which the things in a list are told apart, the first that exists."""


class Form(StrEnum):
    """How a cell is written."""

    TEXT = "text"
    FLAG = "true or false"
    INTEGER = "whole number"
    NUMBER = "number"
    DATE = "date"
    RATE = "rate with unit"
    LIST = "values joined by ;"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, the field it holds (a path inside the record or the thing listed) and how it is written.

    ``required`` columns are needed by every new row, ``pattern`` is the form of its text.
    """

    name: str
    path: tuple[str, ...]
    form: Form
    required: bool
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet or CSV file: a noun, or (``inside`` is the path of its field) the list one field of a noun holds.

    ``owner`` is the column that names the record a row belongs to; ``key`` the column that tells the things in a list
    apart, empty when nothing does.
    """

    name: str
    noun: str
    columns: tuple[Column, ...]
    owner: str = "slug"
    inside: tuple[str, ...] = ()
    key: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The header."""
        return tuple(column.name for column in self.columns)


@cache
def tables() -> dict[str, Table]:
    """Every table by name, a noun before its lists."""
    found: dict[str, Table] = {}
    for noun, model in NOUNS.items():
        columns, lists = _columns(model)
        found[noun] = Table(noun, noun, columns)
        for path, item in lists:
            word = WORD_OF[noun]
            name = path[-1] if path[-1] not in found and path[-1] not in NOUNS else f"{word}_{path[-1]}"
            owner = word if word not in item.model_fields else f"{word}_slug"
            inner = (Column(owner, (), Form.TEXT, True), *_columns(item, nested=True)[0])
            key = next((field for field in NAMES if field in item.model_fields), "")
            found[name] = Table(name, noun, inner, owner, path, key)
    return found


@cache
def optional_parts(noun: str) -> tuple[tuple[str, ...], ...]:
    """Paths of the parts of a record that may be missing as a whole, innermost first."""
    return tuple(sorted(_optional(NOUNS[noun]), key=len, reverse=True))


def _optional(model: type[BaseModel], above: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, field in model.model_fields.items():
        part = _model(field.annotation)
        if part is not None:
            if not field.is_required():
                yield (*above, name)
            yield from _optional(part, (*above, name))


_Lists = list[tuple[tuple[str, ...], type[BaseModel]]]


def _columns(
    model: type[BaseModel], above: tuple[str, ...] = (), *, nested: bool = False, required: bool = True
) -> tuple[Any, _Lists]:
    """The columns of a model and the lists that become tables; inside a list (``nested``) a list of things is JSON."""
    columns: list[Column] = []
    lists: _Lists = []
    for name, field in sorted(model.model_fields.items(), key=lambda named: named[0] in DATES):
        path = (*above, name)
        kinds, marks = _kinds(field.annotation, field.metadata)
        part = _model(field.annotation)
        if part is not None and (field.is_required() or _needs_something(part)):
            inner, inner_lists = _columns(part, path, nested=nested, required=required and field.is_required())
            columns += inner
            lists += inner_lists
        elif (item := _item(kinds)) is not None and not nested:
            lists.append((path, item))
        else:
            form = Form.JSON if part is not None or item is not None else _form(kinds, marks)
            needed = required and field.is_required()
            columns.append(Column(".".join(path), path, form, needed, _pattern(marks)))
    return tuple(columns), lists


def _needs_something(part: type[BaseModel]) -> bool:
    """Whether a part shows in its cells that it exists: at least one of its plain fields is required."""
    return any(f.is_required() and _item(_kinds(f.annotation)[0]) is None for f in part.model_fields.values())


def _kinds(annotation: Any, metadata: Any = ()) -> tuple[list[Any], list[Any]]:
    """The types an annotation allows apart from null, and the marks on them."""
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return _kinds(inner, [*metadata, *marks])
    if get_origin(annotation) in (Union, UnionType):
        kinds: list[Any] = []
        found = list(metadata)
        for option in get_args(annotation):
            more, marks = _kinds(option)
            kinds += more
            found += marks
        return kinds, found
    return ([] if annotation is type(None) else [annotation]), list(metadata)


def _model(annotation: Any) -> type[BaseModel] | None:
    """The one model an annotation allows, if it allows nothing else."""
    kinds, _ = _kinds(annotation)
    only = kinds[0] if len(kinds) == 1 else None
    return only if isinstance(only, type) and issubclass(only, BaseModel) else None


def _item(kinds: list[Any]) -> type[BaseModel] | None:
    """The model of the things in a list."""
    if len(kinds) != 1 or get_origin(kinds[0]) not in (tuple, list, frozenset, set):
        return None
    return _model(get_args(kinds[0])[0])


_FORMS = {bool: Form.FLAG, int: Form.INTEGER, float: Form.NUMBER, date: Form.DATE}


def _form(kinds: list[Any], marks: list[Any]) -> Form:
    if any(getattr(mark, "func", None) is parse_rate for mark in marks):
        return Form.RATE
    origin = get_origin(kinds[0])
    if origin in (tuple, list, frozenset, set):
        return Form.LIST
    if origin is not None:
        return Form.JSON
    return _FORMS.get(kinds[0], Form.TEXT) if len(kinds) == 1 else Form.TEXT


def _pattern(marks: list[Any]) -> str:
    patterns = [mark.pattern for mark in marks if isinstance(mark, StringConstraints) and mark.pattern]
    return str(patterns[0]) if patterns else ""
