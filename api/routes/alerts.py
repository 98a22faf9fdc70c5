"""REST: alerts as Alertmanager told them, acknowledged by people."""

from typing import Any

from fastapi import APIRouter, Body, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, accepted, document, envelope
from api.auth import GuardedRoute
from api.filters import fields_of, matching
from api.roles import Role, TenantView, needs
from api.routes.nouns import Limit, Offset
from api.scope import in_network
from api.state import Caller, WatchOf
from api.tokens import Principal
from api.watch import Watch
from inventory.errors import UnknownObject
from monitoring.alerts.alert import Alert

FILTERS = fields_of(Alert)
ABOUT = ("site", "device", "link")
"""Labels that name what an alert is about."""

router = APIRouter(route_class=GuardedRoute, tags=["alerts"])


def presented(alert: Alert) -> dict[str, Any]:
    """An alert as JSON."""
    return {"slug": alert.fingerprint} | alert.model_dump(mode="json")


@router.get("/alerts")
@needs(Role.VIEWER, TenantView.FILTERED)
def alerts(
    request: Request, watch: WatchOf, caller: Caller, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0
) -> Response:
    """Alerts, newest first."""
    found = [presented(alert) for alert in watch.alerts.all() if _shown(alert, watch, caller)]
    return envelope(request, matching(request, found, FILTERS), limit, offset)


@router.post("/alerts", status_code=202)
@needs(Role.NOC)
def receive(watch: WatchOf, payload: Any = Body()) -> Response:  # noqa: B008  FastAPI's way of saying "the body"
    """Alertmanager's webhook."""
    return accepted({"accepted": len(watch.alerts.receive(payload))})


@router.get("/alerts/{slug}")
@needs(Role.VIEWER, TenantView.FILTERED)
def alert(request: Request, watch: WatchOf, caller: Caller, slug: str) -> Response:
    """One alert."""
    return document(request, presented(_visible(slug, watch, caller)))


@router.post("/alerts/{slug}/acknowledge")
@needs(Role.NOC, TenantView.FILTERED)
def acknowledge(request: Request, watch: WatchOf, caller: Caller, slug: str) -> Response:
    """Somebody takes care of it."""
    _visible(slug, watch, caller)
    return document(request, presented(watch.alerts.acknowledge(slug, caller.name)))


def _visible(slug: str, watch: Watch, caller: Principal) -> Alert:
    """An alert the caller may see; for him there is no other."""
    found = watch.alerts.get(slug)
    if not _shown(found, watch, caller):
        raise UnknownObject("no such alert", where=slug, fix="see /api/v1/alerts")
    return found


def _shown(alert: Alert, watch: Watch, caller: Principal) -> bool:
    """Whether an alert is about elements of the caller's tenant only. Incidents, which name every site, are not."""
    if caller.tenant is None:
        return True
    network = watch.now(caller.tenant).network
    named = [f"{kind}:{alert.labels[kind]}" for kind in ABOUT if kind in alert.labels]
    return bool(named) and all(in_network(name, network) for name in named)
