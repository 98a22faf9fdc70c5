"""Server-sent events: what changed, coalesced once a second."""

import time
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import StreamingResponse

from api.auth import GuardedRoute, identify
from api.events import EventHub
from api.recent import FRESH_SECONDS
from api.roles import Role, TenantView, needs
from api.state import Caller

router = APIRouter(route_class=GuardedRoute, tags=["events"])


@router.get("/events", response_class=StreamingResponse)
@needs(Role.VIEWER, TenantView.FILTERED)
async def events(request: Request, caller: Caller) -> StreamingResponse:
    """``matrix`` (changed cells), ``change``, ``alert``; ``resync`` first and where some may have been missed.

    ``more`` of a ``matrix`` event counts changed cells beyond those told: fetch the matrix again.

    Callers bound to a tenant are only told that something changed: ``resync``.
    """
    hub: EventHub = request.app.state.hub
    found = _while_allowed(request, hub.stream(contents=caller.tenant is None))
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(found, 200, headers, "text/event-stream")


async def _while_allowed(request: Request, messages: AsyncGenerator[bytes]) -> AsyncIterator[bytes]:
    """The messages until the caller's token is revoked or over, or the session ended: a stream may be open for days."""
    checked = time.monotonic()
    async with aclosing(messages):
        async for message in messages:
            if time.monotonic() - checked > FRESH_SECONDS:
                if await run_in_threadpool(identify, request) is None:
                    return
                checked = time.monotonic()
            yield message
