"""What a field of a JSON document holds, however deep it lies, and how such values are compared and sorted."""

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

PRESENT = "\x00present"
"""Stands for an object that is there but has no value of its own; no text of the inventory holds a control sign."""

_AFTER = "\uffff"
_POLISH = str.maketrans(
    {"ą": f"a{_AFTER}", "ć": f"c{_AFTER}", "ę": f"e{_AFTER}", "ł": f"l{_AFTER}", "ń": f"n{_AFTER}", "ó": f"o{_AFTER}"}
    | {"ś": f"s{_AFTER}", "ź": f"z{_AFTER}", "ż": f"z{_AFTER}{_AFTER}"}
)
_PLAIN = str.maketrans("łŁ", "lL")


def values_at(document: Any, path: tuple[str, ...]) -> Iterator[Any]:
    """The values at ``address.city`` or, through lists, at ``interfaces.name``; nothing where it is null or empty."""
    if isinstance(document, list):
        for item in document:
            yield from values_at(item, path)
    elif path:
        if isinstance(document, Mapping):
            yield from values_at(document.get(path[0]), path[1:])
    elif isinstance(document, Mapping):
        if document:
            yield PRESENT
    elif document is not None:
        yield document


def comparable(one: Any, other: Any) -> bool:
    """Whether two values have an order: both numbers or both text."""
    return isinstance(one, str) == isinstance(other, str)


def sort_key(value: Any) -> tuple[bool, Any, Any]:
    """Numbers before text; text in the order of the Polish alphabet, capitals beside small letters."""
    if isinstance(value, str):
        folded = value.casefold()
        return True, folded if folded.isascii() else folded.translate(_POLISH), value
    return False, value, value


def plain(text: str) -> str:
    """Text for searching: small letters without accents, so that ``sosnica`` finds ``Sośnica``."""
    if text.isascii():
        return text.lower()
    split = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(c for c in split if not unicodedata.combining(c)).casefold()


def texts(document: Any) -> Iterator[str]:
    """Every text in a document, keys left out."""
    if isinstance(document, str):
        yield document
    elif isinstance(document, Mapping):
        for part in document.values():
            yield from texts(part)
    elif isinstance(document, list):
        for part in document:
            yield from texts(part)
