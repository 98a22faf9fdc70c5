"""Answers for machines that watch the process itself: alive, ready."""

import orjson
from fastapi import APIRouter
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from starlette.responses import Response

from api.answers import JSON
from api.auth import GuardedRoute
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
    try:
        with context.engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        revision = context.inventory.revision()
    except SQLAlchemyError:
        return Response(b'{"status":"no database"}', 503, media_type=JSON)
    ready = {"status": "ok" if revision else "no inventory", "revision": revision}
    return Response(orjson.dumps(ready), 200 if revision else 503, media_type=JSON)
