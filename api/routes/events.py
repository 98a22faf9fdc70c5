"""Server-sent events: what changed, coalesced once a second."""

from fastapi import APIRouter, Request
from starlette.responses import StreamingResponse

from api.auth import GuardedRoute
from api.events import EventHub
from api.roles import Role, TenantView, needs
from api.state import Caller

router = APIRouter(route_class=GuardedRoute, tags=["events"])


@router.get("/events", response_class=StreamingResponse)
@needs(Role.VIEWER, TenantView.FILTERED)
async def events(request: Request, caller: Caller) -> StreamingResponse:
    """``matrix`` (changed cells), ``change``, ``alert``; ``resync`` first and where some may have been missed.

    Callers bound to a tenant are only told that something changed: ``resync``.
    """
    hub: EventHub = request.app.state.hub
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(hub.stream(contents=caller.tenant is None), 200, headers, "text/event-stream")
