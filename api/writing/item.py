"""What a request wants done to one object, read from its body."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import orjson

from api.writing.fault import Fault, refusal


class Action(StrEnum):
    """What is to be done to an object."""

    CREATE = "create"
    REPLACE = "replace"
    PATCH = "patch"
    DELETE = "delete"


@dataclass(frozen=True)
class Item:
    """One object of a request. ``if_match`` holds the entity tags any of which must be the object's; null for any."""

    index: int
    action: Action
    slug: str
    body: Mapping[str, Any]
    if_match: str | None = None


def decoded(raw: bytes) -> Any:
    """The body as JSON; BadWrite when it is none."""
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        fault = Fault(None, "", f"the body is not JSON: {error}", "send a JSON document in UTF-8")
        raise refusal(fault) from error


def one(action: Action, slug: str, raw: bytes, if_match: str) -> Item:
    """A write to the object that the address names."""
    body = _object(0, decoded(raw)) if action is not Action.DELETE else {}
    if isinstance(body, Fault):
        raise refusal(body)
    if body.get("slug", slug) != slug:
        fix = "leave it out; to rename, create an object and delete this one"
        raise refusal(Fault(0, "slug", f"the address names {slug!r}, the body another", fix))
    return Item(0, action, slug, body, if_match)


def many(action: Action, raw: bytes) -> tuple[Item, ...]:
    """Writes to several objects, each with its ``slug`` and, if it likes, ``if_match``."""
    content = decoded(raw)
    if not isinstance(content, list) or not content:
        raise refusal(Fault(None, "", "the body is not a list of objects", 'send [{"slug": …}, …]'))
    return items(action, content)


def created(raw: bytes) -> tuple[tuple[Item, ...], bool]:
    """The objects to create, and whether they came as a list."""
    content = decoded(raw)
    if isinstance(content, list):
        return many(Action.CREATE, raw), True
    return items(Action.CREATE, [content]), False


def items(action: Action, content: Sequence[Any]) -> tuple[Item, ...]:
    """Read objects of a list, each with its ``slug``; none may be named twice."""
    read = [_item(index, action, entry) for index, entry in enumerate(content)]
    faults = [found for found in read if isinstance(found, Fault)]
    seen: dict[str, int] = {}
    for item in read:
        if isinstance(item, Item) and seen.setdefault(item.slug, item.index) != item.index:
            detail = f"{item.slug!r} is at index {seen[item.slug]} already"
            faults.append(Fault(item.index, "slug", detail, "name it once"))
    if faults:
        raise refusal(*faults)
    return tuple(item for item in read if isinstance(item, Item))


def _item(index: int, action: Action, entry: Any) -> Item | Fault:
    body = _object(index, entry)
    if isinstance(body, Fault):
        return body
    slug = body.get("slug")
    if not isinstance(slug, str):
        return Fault(index, "slug", "there is no slug", "name the object")
    condition = body.get("if_match") if action is not Action.CREATE else None
    if condition is not None and not isinstance(condition, str):
        return Fault(index, "if_match", "is not an entity tag", "send what ETag said")
    left_out = {"if_match"} if action is not Action.CREATE else set()
    return Item(index, action, slug, {k: v for k, v in body.items() if k not in left_out}, condition)


def _object(index: int, entry: Any) -> Mapping[str, Any] | Fault:
    return entry if isinstance(entry, dict) else Fault(index, "", "is not an object", 'send {"slug": …}')
