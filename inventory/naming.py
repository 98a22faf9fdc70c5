"""How any object of the inventory is written in messages and on the command line: ``circuit:c-core1--core2``."""

from inventory.errors import UnknownObject, WrongUsage
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network

WORD_OF = {
    "tenants": "tenant",
    "contacts": "contact",
    "projects": "project",
    "providers": "provider",
    "sites": "site",
    "rooms": "room",
    "srgs": "srg",
    "circuits": "circuit",
    "devices": "device",
    "links": "link",
    "cables": "cable",
    "zones": "zone",
    "vlans": "vlan",
    "prefixes": "prefix",
    "services": "service",
    "entitlements": "entitlement",
    "exceptions": "exception",
    "rules": "rule",
}
"""The word before the colon for each noun; those of ``inventory.model.element`` are the elements that can fail."""

NOUN_OF = {word: noun for noun, word in WORD_OF.items()}


def object_name(noun: str, slug: str) -> str:
    """Write the name of an object."""
    return f"{WORD_OF[noun]}:{slug}"


def split(name: str) -> tuple[str, str]:
    """Return (noun, slug) of ``word:slug``; WrongUsage when it is not written so."""
    word, _, slug = name.partition(":")
    if word not in NOUN_OF or not slug:
        words = ", ".join(NOUN_OF)
        raise WrongUsage(f"{name!r} is not the name of an object", fix=f"write WORD:SLUG, WORD one of {words}")
    return NOUN_OF[word], slug


def find(network: Network, name: str) -> tuple[str, Record]:
    """Return (noun, record) of ``word:slug``; WrongUsage or UnknownObject when there is none."""
    noun, slug = split(name)
    record = next((r for r in records(network, noun) if r.slug == slug), None)
    if record is None:
        raise UnknownObject(f"there is no {name}", fix=f"see silesianet inventory list {noun}")
    return noun, record


def records(network: Network, noun: str) -> tuple[Record, ...]:
    """Return the records of a noun; UnknownObject when the noun is not known."""
    if noun not in NOUNS:
        raise UnknownObject(f"there is no noun {noun!r}", fix=f"use one of {', '.join(NOUNS)}")
    found: tuple[Record, ...] = getattr(network, noun)
    return found
