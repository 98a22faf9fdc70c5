"""How REST answers: JSON without detours, entity tags, and one envelope for every list."""

import hashlib
from collections.abc import Sequence
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

JSON = "application/json"
LIMIT_DEFAULT, LIMIT_MAX = 100, 1000


def tagged(request: Request, body: bytes, media_type: str = JSON) -> Response:
    """An answer with an entity tag; 304 without a body when the caller has it already."""
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie, Accept"}
    known = {t.strip().removeprefix("W/") for t in request.headers.get("if-none-match", "").split(",")}
    if tag in known or "*" in known:
        return Response(None, 304, headers)
    return Response(body, 200, headers, media_type)


def document(request: Request, content: Any) -> Response:
    """A JSON document with an entity tag."""
    return tagged(request, orjson.dumps(content, option=orjson.OPT_UTC_Z))


def accepted(content: Any) -> Response:
    """202: the work has been taken on and goes on in the background."""
    return Response(orjson.dumps(content), 202, media_type=JSON)


def envelope(request: Request, found: Sequence[Any], limit: int, offset: int) -> Response:
    """One page of a list, with the addresses of the pages around it."""

    def at(start: int) -> str:
        return str(request.url.include_query_params(limit=limit, offset=start))

    content = {
        "count": len(found),
        "next": at(offset + limit) if offset + limit < len(found) else None,
        "previous": at(max(offset - limit, 0)) if offset > 0 else None,
        "results": list(found[offset : offset + limit]),
    }
    return document(request, content)
