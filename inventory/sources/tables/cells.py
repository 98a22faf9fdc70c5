"""One cell: a value as text that a spreadsheet cannot take for a formula, and text or a spreadsheet's value back."""

import json
import re
from datetime import date, datetime, time, timedelta
from typing import Any

from inventory.sources.tables.columns import Column, Form

FORMULA = tuple("=+-@")
"""Text that begins so is run as a formula by spreadsheets when it comes from a CSV file."""
_GUARDED = tuple("'=+-@")
_COMMA = re.compile(r"^\s*-?\d+,\d+(?=\s|$)")
_FLAGS = {"prawda": "true", "fałsz": "false", "tak": "true", "nie": "false"}
_CODE = re.compile(r"^\^\\d\{(\d+)\}\$$")
SEPARATOR = ";"


class BadCell(Exception):
    """A cell that cannot be read: what is wrong and what to do."""

    def __init__(self, problem: str, fix: str) -> None:
        self.problem, self.fix = problem, fix
        super().__init__(problem)


def write(value: Any) -> str:
    """A JSON value as the text of a cell; nothing for null and the empty list."""
    if value is None or value == []:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not any(_needs_json(item) for item in value):
        return SEPARATOR.join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)


def _needs_json(item: Any) -> bool:
    text = str(item)
    plain = text.strip() == text and text[:1] not in ("[", "") and SEPARATOR not in text and "," not in text
    return not plain or isinstance(item, list | dict | bool)


def guard(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; ``unguard`` takes it away."""
    return f"'{text}" if text.startswith(_GUARDED) else text


def unguard(text: str) -> str:
    """Take away the apostrophe that ``guard`` put before a text."""
    return text[1:] if text[:1] == "'" and text[1:2] in _GUARDED else text


def read(text: str, column: Column) -> Any:
    """The JSON value of a cell that is not empty; BadCell when it has none."""
    match column.form:
        case Form.LIST:
            return _json(text) if text[0] == "[" else _parts(text)
        case Form.NUMBER | Form.RATE:
            return text.replace(",", ".", 1) if _COMMA.match(text) else text
        case Form.FLAG:
            return _FLAGS.get(text.casefold(), text)
        case Form.JSON:
            return _json(text)
    lost = _CODE.match(column.pattern) if text.isdecimal() and column.pattern else None
    if lost and len(text) < int(lost[1]):
        fix = f"write {lost[1]} digits; a spreadsheet may have dropped zeros in front, so format the column as text"
        raise BadCell(f"{column.name} {text!r} has {len(text)} digits", fix)
    return text


def _parts(text: str) -> list[str]:
    """Values with semicolons between them, or with commas where there is no semicolon."""
    parts = text.split(SEPARATOR if SEPARATOR in text else ",")
    return [part.strip() for part in parts if part.strip()]


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadCell("not JSON", "write it as the export does") from error


def typed(value: Any, column: Column, shown: str = "General") -> str:
    """The text of a workbook's cell, ``shown`` being its number format; BadCell when the kind of value is wrong."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time | timedelta):
        return _date(value, column)
    if isinstance(value, float) and value.is_integer() and column.form is not Form.NUMBER:
        value = int(value)
    if isinstance(value, int) and set(shown) == {"0"}:
        return str(value).zfill(len(shown))
    return repr(value) if isinstance(value, int | float) else str(value)


def _date(value: date | time | timedelta, column: Column) -> str:
    if column.form is not Form.DATE or not isinstance(value, date):
        kind, shown = ("date", value.isoformat()[:10]) if isinstance(value, date) else ("time", str(value))
        fix = f"the spreadsheet took the text for a {kind}: format the column as text and type it again"
        raise BadCell(f"{column.name} holds the {kind} {shown}", fix)
    midnight = isinstance(value, datetime) and value == datetime(value.year, value.month, value.day)
    return value.date().isoformat() if isinstance(value, datetime) and midnight else value.isoformat()
