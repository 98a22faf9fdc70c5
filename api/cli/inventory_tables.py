"""How objects of the inventory look on a terminal: the telling columns of a list, one object in full."""

from typing import Any

import yaml

from api.presentation import Document
from inventory.model.rate import format_rate

MAX_COLUMNS = 7
_LATE = ("valid_from", "valid_to", "identifier", "description", "note")


def rows(objects: list[Document]) -> tuple[list[str], list[list[str]]]:
    """The columns that say most (simple values that are not all empty, dates last) and a row per object."""
    names = [name for name in (objects[0]) if any(_cell(name, o[name]) for o in objects)]
    columns = sorted(names, key=lambda name: name in _LATE)[:MAX_COLUMNS]
    if "capacity_bps" in names and "capacity_bps" not in columns:
        columns[-1] = "capacity_bps"
    return columns, [[_cell(name, o[name]) for name in columns] for o in objects]


def object_text(document: Document) -> str:
    """One object in full."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text.rstrip()


def _cell(name: str, value: Any) -> str:
    """A simple value in words; empty for what has no short form."""
    if isinstance(value, list):
        return ", ".join(map(str, value)) if all(isinstance(item, str) for item in value) else ""
    if name.endswith("_bps"):
        return format_rate(value)
    if isinstance(value, dict) and value.keys() == {"down", "up"}:
        return f"{format_rate(value['down'])} / {format_rate(value['up'])}"
    return "" if value is None or isinstance(value, dict) else str(value)
