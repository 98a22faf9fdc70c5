"""REST: service levels by month, the raw results behind each, and windows that do not count."""

import time
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, document, envelope, tagged
from api.auth import GuardedRoute
from api.filters import Fields, matching
from api.roles import Role, TenantView, needs
from api.routes.nouns import AsOf, Limit, Offset
from api.scope import network_for
from api.state import Caller, ContextOf
from api.suggestion import unknown
from inventory.database.revision import parse_moment
from inventory.errors import WrongUsage
from inventory.model.fact import Slug, Text
from inventory.model.network import Network
from monitoring.sla.exclusions import ExclusionStore
from monitoring.sla.export import raw as export
from monitoring.sla.figures import Month
from monitoring.sla.month import month_of

FILTERS: Fields = {"site": str, "service": str, "month": str, "met": bool}
GIVEN: Fields = {"site": str, "service": str, "by": str}

router = APIRouter(route_class=GuardedRoute, prefix="/sla", tags=["service levels"])


Moment = Annotated[AwareDatetime, Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2900, 1, 1, tzinfo=UTC))]
Number = Annotated[int, Path(ge=1, lt=2**31)]


class Csv(Response):
    """A table."""

    media_type = "text/csv"


class Window(BaseModel):
    """A window that does not count; without a site (or e-service) it is for all of them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: Moment
    end: Moment
    reason: Text
    site: Slug | None = None
    service: Slug | None = None


@router.get("")
@needs(Role.VIEWER, TenantView.FILTERED)
def figures(
    request: Request,
    context: ContextOf,
    caller: Caller,
    month: str | None = None,
    limit: Limit = LIMIT_DEFAULT,
    offset: Offset = 0,
    as_of: AsOf = None,
) -> Response:
    """Every entitled cell of a site with an agent in a month, ``YYYY-MM``, by default the present one."""
    when = parse_moment(as_of)
    network, at = network_for(caller.tenant, context.inventory.network(when)), context.inventory.instant(when)
    asked = {name: request.query_params.get(name) for name in ("site", "service")}
    found = Month(context.engine, network, month or month_of(at), at).figures(asked["site"], asked["service"])
    rows = matching(request, [figure.document() for figure in found], FILTERS)
    return envelope(request, rows, limit, offset)


@router.get("/raw", response_class=Csv)
@needs(Role.VIEWER, TenantView.FILTERED)
def raw(
    request: Request,
    context: ContextOf,
    caller: Caller,
    site: str,
    service: str,
    month: str | None = None,
    as_of: AsOf = None,
) -> Response:
    """The results behind one figure as CSV, one line each; ``deploy/recompute_sla.py`` reads it."""
    when = parse_moment(as_of)
    network, at = network_for(caller.tenant, context.inventory.network(when)), context.inventory.instant(when)
    _known(network, site, service)
    text = export(context.engine, Month(context.engine, network, month or month_of(at), at), (site, service))
    return tagged(request, text.encode(), "text/csv; charset=utf-8")


@router.get("/exclusions")
@needs(Role.VIEWER)
def exclusions(request: Request, context: ContextOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Windows that do not count, the withdrawn ones too, with who gave them and when."""
    found: list[Any] = [window.document() for window in ExclusionStore(context.engine).all()]
    return envelope(request, matching(request, found, GIVEN), limit, offset)


@router.post("/exclusions", status_code=201)
@needs(Role.NOC)
def exclude(request: Request, context: ContextOf, caller: Caller, body: Window) -> Response:
    """Leave a window out of the figures; the reason, the name of the caller and the time are kept for good."""
    _known(context.inventory.network(), body.site, body.service)
    if body.end <= body.start:
        raise WrongUsage("a window ends after it begins", where="end")
    store, span = ExclusionStore(context.engine), (_seconds(body.start), _seconds(body.end))
    found = store.add(span, body.reason, caller.name, time.time(), body.site, body.service)
    answer = document(request, found.document())
    answer.status_code = 201
    return answer


@router.post("/exclusions/{number}/withdraw")
@needs(Role.NOC)
def withdraw(request: Request, context: ContextOf, caller: Caller, number: Number) -> Response:
    """Take a window back; it stays in the list, with who took it back and when."""
    return document(request, ExclusionStore(context.engine).withdraw(number, caller.name, time.time()).document())


def _seconds(moment: datetime) -> float:
    return moment.timestamp()


def _known(network: Network, site: str | None, service: str | None) -> None:
    """UnknownObject for a site or e-service that is not in the inventory, or not the caller's."""
    if site is not None and site not in network.site:
        raise unknown("sites", site, network.site)
    if service is not None and service not in network.service:
        raise unknown("services", service, network.service)
