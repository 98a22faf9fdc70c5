"""For Prometheus: metrics of the whole network or of one device, and the list of devices to scrape."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Query, Request
from starlette.responses import PlainTextResponse, Response

from api.answers import JSON
from api.auth import ScrapeRoute
from api.measured import snapshot
from api.roles import Role, needs
from api.state import ContextOf, EqualAccessOf, MeasuringOf, WatchOf
from inventory.errors import WrongUsage
from monitoring.exposition import CONTENT_TYPE, render, targets
from monitoring.metrics import Scope

router = APIRouter(route_class=ScrapeRoute, tags=["telemetry"])


@router.get("/metrics", response_class=PlainTextResponse)
@needs(Role.VIEWER)
def metrics(
    watch: WatchOf,
    measuring: MeasuringOf,
    access: EqualAccessOf,
    device: str | None = None,
    scope: Scope | None = None,
) -> Response:
    """Prometheus text format; ``device`` or ``scope`` narrow it."""
    whole = device is None and scope is not Scope.DEVICE
    measured = snapshot(watch.now(), measuring, watch, access.at().figures() if whole else {})
    text = render(measured, device=device, scope=scope)
    return Response(text, media_type=CONTENT_TYPE)


@router.get("/sd/prometheus")
@needs(Role.VIEWER)
def service_discovery(
    request: Request,
    context: ContextOf,
    shard: Annotated[int, Query(ge=0)] = 0,
    of: Annotated[int, Query(ge=1)] = 1,
) -> Response:
    """HTTP service discovery: one target per polled device, split by stable device name."""
    if shard >= of:
        raise WrongUsage(f"there is no shard {shard} of {of}", where="shard", fix="shards are counted from 0")
    found = targets(context.inventory.network(), request.headers.get("host", ""), shard, of)
    return Response(orjson.dumps(found), media_type=JSON)
