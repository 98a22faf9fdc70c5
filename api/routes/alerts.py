"""REST: alerts as Alertmanager told them, acknowledged by people."""

from typing import Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, accepted, document, envelope
from api.auth import GuardedRoute
from api.filters import fields_of, matching
from api.roles import Role, needs
from api.routes.nouns import Limit, Offset
from api.state import Caller, WatchOf
from monitoring.alerts.alert import Alert

FILTERS = fields_of(Alert)

router = APIRouter(route_class=GuardedRoute, tags=["alerts"])


def presented(alert: Alert) -> dict[str, Any]:
    """An alert as JSON."""
    return {"slug": alert.fingerprint} | alert.model_dump(mode="json")


@router.get("/alerts")
@needs(Role.VIEWER)
def alerts(request: Request, watch: WatchOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Alerts, newest first."""
    found = [presented(alert) for alert in watch.alerts.all()]
    return envelope(request, matching(request, found, FILTERS), limit, offset)


@router.post("/alerts", status_code=202)
@needs(Role.NOC)
def receive(watch: WatchOf, payload: Any = Body()) -> Response:  # noqa: B008  FastAPI's way of saying "the body"
    """Alertmanager's webhook."""
    return accepted({"accepted": len(watch.alerts.receive(payload))})


@router.get("/alerts/{slug}")
@needs(Role.VIEWER)
def alert(request: Request, watch: WatchOf, slug: str) -> Response:
    """One alert."""
    return document(request, presented(watch.alerts.get(slug)))


@router.post("/alerts/{slug}/acknowledge")
@needs(Role.NOC)
def acknowledge(request: Request, watch: WatchOf, caller: Caller, slug: str) -> Response:
    """Somebody takes care of it."""
    return document(request, presented(watch.alerts.acknowledge(slug, caller.name)))
