"""The guard as NetBox clients know it: any of our tokens behind ``Token`` or ``Bearer``, 403 for everybody else."""

from collections.abc import Callable
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

from api.answers import JSON
from api.auth import GuardedRoute
from api.tokens import Principal

VERSION = "4.7"
"""Version of NetBox's API that is spoken here."""


def reply(content: Any, status: int = 200) -> Response:
    """A JSON answer; bytes are JSON already."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    return versioned(Response(body, status, media_type=JSON))


def versioned(answer: Response) -> Response:
    """An answer that says which version of the API it belongs to."""
    answer.headers["API-Version"] = VERSION
    return answer


class NetboxRoute(GuardedRoute):
    """NetBox looks at the token only, so a client may send whichever keyword it was written with."""

    def get_route_handler(self) -> Callable[[Request], Any]:
        """Our own guard, behind a door where ``Token`` means ``Bearer``."""
        guarded = super().get_route_handler()

        async def as_bearer(request: Request) -> Response:
            scope = {**request.scope, "headers": [_bearer(*header) for header in request.scope["headers"]]}
            answer: Response = await guarded(Request(scope, request.receive))
            return answer

        return as_bearer

    def turn_away(self, request: Request, principal: Principal | None) -> Response:
        """403 with NetBox's words; NetBox never answers 401."""
        if principal is not None:
            return reply({"detail": "You do not have permission to perform this action."}, 403)
        given = "authorization" in request.headers
        return reply({"detail": "Invalid token" if given else "Authentication credentials were not provided."}, 403)


def _bearer(name: bytes, value: bytes) -> tuple[bytes, bytes]:
    if name == b"authorization" and value[:6].lower() == b"token ":
        return name, b"Bearer " + value[6:]
    return name, value
