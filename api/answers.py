"""How REST answers: JSON without detours, entity tags, and one envelope for every list."""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

from api.listing.query import LIMIT_DEFAULT, LIMIT_MAX

__all__ = ["LIMIT_DEFAULT", "LIMIT_MAX", "accepted", "document", "envelope", "page", "tag_of", "tagged"]

JSON = "application/json"


def tag_of(*parts: bytes) -> str:
    """The entity tag of a content."""
    digest = hashlib.blake2b(digest_size=12)
    for part in parts:
        digest.update(part)
    return f'"{digest.hexdigest()}"'


def tagged(request: Request, body: bytes, media_type: str = JSON) -> Response:
    """An answer with an entity tag; 304 without a body when the caller has it already."""
    tag = tag_of(body)
    return unchanged(request, tag) or Response(body, 200, headers_of(tag), media_type)


def headers_of(tag: str) -> dict[str, str]:
    """What goes with an entity tag: kept by the caller only, and asked for again before it is used."""
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, Accept"}


def unchanged(request: Request, tag: str) -> Response | None:
    """304 without a body when the caller has the content already."""
    header = request.headers.get("if-none-match")
    if header is None:
        return None
    known = {t.strip().removeprefix("W/") for t in header.split(",")}
    return Response(None, 304, headers_of(tag)) if tag in known or "*" in known else None


def document(request: Request, content: Any) -> Response:
    """A JSON document with an entity tag."""
    return tagged(request, orjson.dumps(content, option=orjson.OPT_UTC_Z))


def accepted(content: Any) -> Response:
    """202: the work has been taken on and goes on in the background."""
    return Response(orjson.dumps(content), 202, media_type=JSON)


def envelope(request: Request, found: Sequence[Any], limit: int, offset: int) -> Response:
    """One page of a list, with the addresses of the pages around it."""
    rows = [orjson.dumps(row, option=orjson.OPT_UTC_Z) for row in found[offset : offset + limit]]
    return page(request, rows, len(found), limit, offset)


def page(request: Request, rows: Iterable[bytes], count: int, limit: int, offset: int) -> Response:
    """One page of rows that are JSON already."""

    def at(start: int) -> bytes:
        return orjson.dumps(str(request.url.include_query_params(limit=limit, offset=start)))

    after = at(offset + limit) if offset + limit < count else b"null"
    before = at(max(offset - limit, 0)) if offset > 0 else b"null"
    parts = (b'{"count":%d,"next":' % count, after, b',"previous":', before, b',"results":[', b",".join(rows), b"]}")
    return tagged(request, b"".join(parts))
