"""What is kept of an object as NetBox's API writes it: plain values, numbers of other objects, our custom fields."""

import re
from typing import Any

from inventory.sources.netbox.models import CABLES, CUSTOM, OURS, Model, Row

_ENDS = re.compile(r"[\s,]*[\r\n]+\s*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")


def flatten(model: Model, found: Row) -> Row:
    """One object; texts that are empty are null, references are numbers, references of mixed kind (type, number)."""
    kept: Row = {name: _plain(found.get(name)) for name in model.plain}
    kept |= {name: _number(found.get(name)) for name in model.refs}
    for name in model.mixed:
        kind, number = found.get(f"{name}_type"), found.get(f"{name}_id")
        kept[name] = None if kind is None or number is None else [kind, number]
    if model.path == CABLES:
        for end in ("a_terminations", "b_terminations"):
            kept[end] = [[part["object_type"], part["object_id"]] for part in found.get(end) or ()]
    for name, value in (found.get("custom_fields") or {}).items():
        if name.startswith(OURS) and value is not None:
            kept[f"{CUSTOM}{name.removeprefix(OURS)}"] = value
    return kept


def _plain(value: Any) -> Any:
    """A choice is its value; an object is its number."""
    if isinstance(value, dict):
        return value.get("value", value.get("id"))
    return _line(value) if isinstance(value, str) else value


def _line(text: str) -> str | None:
    """One line of text: our texts end up in device configurations, NetBox's may have several lines."""
    return _CONTROL.sub(" ", _ENDS.sub(", ", text.strip())).strip() or None


def _number(value: Any) -> int | None:
    return value.get("id") if isinstance(value, dict) else value
