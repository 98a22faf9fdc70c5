"""The chain that makes the history tamper-evident: every revision is sealed together with the digest before it.

A digest is SHA-256, written as 64 hexadecimal digits, of three lines: the digest of the revision before (noughts for
the first), the header of the revision, the digests of its entries. JSON is canonical: keys sorted, no spaces, UTF-8.
"""

from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

import orjson

GENESIS = "0" * 64
"""What the first revision continues."""

type Entries = dict[str, dict[str, str]]
"""Digest of each entry of a revision by noun and slug."""


def canonical(value: Any) -> bytes:
    """JSON that is the same for equal values, however a database stored them."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


def digest_of(value: Any) -> str:
    """Digest of a JSON value."""
    return sha256(canonical(value)).hexdigest()


def entry_digest(noun: str, slug: str, action: str, before: Any, after: Any) -> str:
    """Digest of what a revision did to one record."""
    return digest_of({"noun": noun, "slug": slug, "action": action, "before": before, "after": after})


def listed(digests: Iterable[tuple[str, str, str]]) -> str:
    """The digests of entries, given as (noun, slug, digest), in the form that is sealed and kept."""
    entries: Entries = {}
    for noun, slug, digest in digests:
        entries.setdefault(noun, {})[slug] = digest
    return canonical(entries).decode()


def seal(previous: str, header: Mapping[str, Any], entries: str) -> str:
    """Digest of a revision: ``header`` is its id, at, who and why, ``entries`` the text made by ``listed``."""
    told = {name: header[name] for name in ("id", "at", "who", "why")}
    return sha256(b"\n".join((previous.encode(), canonical(told), entries.encode()))).hexdigest()
