"""A draft: objects of several nouns at once, created, replaced or deleted together; held to every rule, not written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from api.writing.batch import Written, apply_all
from api.writing.fault import Fault, refusal
from api.writing.item import Action, Item, decoded, items
from inventory.model.network import NOUNS, Network
from inventory.naming import records

DELETE = "delete"


def drafted(network: Network, raw: bytes, day: date) -> Written:
    """The network with a draft in it, ``{noun: [records], "delete": {noun: [slugs]}}``; BadWrite when it is wrong."""
    content = decoded(raw)
    if not isinstance(content, dict) or not isinstance(content.get(DELETE, {}), dict):
        raise refusal(Fault(None, "", "the body is not a draft", 'send {"links": [{"slug": …}], "delete": {…}}'))
    leaving = content.get(DELETE, {})
    unknown = [noun for noun in (*content, *leaving) if noun not in NOUNS and noun != DELETE]
    if unknown:
        raise refusal(
            *(Fault(None, noun, "there is no such noun", f"use one of {', '.join(NOUNS)}") for noun in unknown)
        )
    wanted = {
        noun: (*_given(network, noun, content.get(noun, [])), *_removed(noun, leaving.get(noun, [])))
        for noun in dict.fromkeys((*content, *leaving))
        if noun != DELETE
    }
    return apply_all(network, wanted, day, None)


def _given(network: Network, noun: str, entries: Any) -> Iterator[Item]:
    """Records as they shall be: new ones, and replacements of those that are there."""
    held = {record.slug for record in records(network, noun)}
    for item in items(Action.CREATE, _listed(noun, entries)):
        yield replace(item, action=Action.REPLACE) if item.slug in held else item


def _removed(noun: str, slugs: Any) -> Iterator[Item]:
    for index, slug in enumerate(_listed(f"{DELETE}.{noun}", slugs)):
        if not isinstance(slug, str):
            raise refusal(Fault(index, f"{DELETE}.{noun}", "is not a slug", "name the object"))
        yield Item(index, Action.DELETE, slug, {})


def _listed(where: str, entries: Any) -> Sequence[Any]:
    if not isinstance(entries, list):
        raise refusal(Fault(None, where, "is not a list", "send a list"))
    return entries


def described() -> Mapping[str, Any]:
    """The body for /openapi.json."""
    properties: dict[str, Any] = {noun: {"type": "array", "items": {"type": "object"}} for noun in NOUNS}
    slugs = {noun: {"type": "array", "items": {"type": "string"}} for noun in NOUNS}
    properties[DELETE] = {"type": "object", "properties": slugs, "additionalProperties": False}
    schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
