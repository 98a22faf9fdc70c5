"""Answers for machines that watch the process itself: alive, ready."""

import orjson
from fastapi import APIRouter
from starlette.responses import Response

from api.answers import JSON
from api.auth import GuardedRoute
from api.readiness import revision_in_force
from api.roles import open_to_all
from api.state import ContextOf

router = APIRouter(route_class=GuardedRoute, tags=["process"])


@router.get("/healthz")
@open_to_all
def healthz() -> Response:
    """The process answers."""
    return Response(b'{"status":"ok"}', media_type=JSON)


@router.get("/readyz")
@open_to_all
def readyz(context: ContextOf) -> Response:
    """The store answers and holds an inventory; 503 until then."""
    revision = revision_in_force(context)
    state = "no database" if revision is None else "ok" if revision else "no inventory"
    return Response(orjson.dumps({"status": state, "revision": revision}), 200 if revision else 503, media_type=JSON)
