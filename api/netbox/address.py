"""Absolute addresses, as the caller sees the server: by Host, or by what a proxy in front says was asked for."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from starlette.requests import Request

from api.netbox.city import HERE, ROOT

MOUNT = "/netbox"
_HOST = re.compile(r"^[A-Za-z0-9._-]+(:\d{1,5})?$|^\[[0-9A-Fa-f:.]+\](:\d{1,5})?$")


def root_of(request: Request) -> str | None:
    """``http://host`` of the server; null when the caller's words are no address."""
    headers = request.headers
    scheme = headers.get("x-forwarded-proto", request.url.scheme).split(",")[0].strip()
    host = headers.get("x-forwarded-host", headers.get("host", "")).split(",")[0].strip()
    if scheme not in ("http", "https") or not _HOST.match(host):
        return None
    return f"{scheme}://{host}{request.scope.get('root_path', '')}"


def addressed(body: bytes, root: str) -> bytes:
    """JSON with the caller's addresses in it. A mark follows a quotation mark, where no text of ours can put it."""
    base = root.encode()
    here, there = (b'"\\u%04x' % ord(mark) for mark in (HERE, ROOT))
    return body.replace(here, b'"' + base + MOUNT.encode()).replace(there, b'"' + base)


def page_address(path: str, parameters: Sequence[tuple[str, str]], **replaced: int | None) -> str:
    """Address of another page of the same list, every filter kept."""
    kept = [(name, value) for name, value in parameters if name not in replaced]
    kept += [(name, str(value)) for name, value in replaced.items() if value is not None]
    return f"{HERE}{path.removeprefix(MOUNT)}?{urlencode(kept)}"
