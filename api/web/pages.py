"""The pages: overview, site, device. Each shows one moment; the script fetches it again when something changed."""

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.auth import PageRoute
from api.measured import readings
from api.roles import Role, TenantView, needs
from api.state import Caller, ContextOf, MeasuringOf, WatchOf
from api.suggestion import unknown
from api.watch import Watch
from api.web.device_page import device_page
from api.web.overview import overview
from api.web.site_page import site_page
from api.web.templating import language_of, page
from automation.change import Change

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/")
@needs(Role.VIEWER, TenantView.FILTERED)
def overview_page(request: Request, watch: WatchOf, caller: Caller) -> Response:
    """Counts, incidents, map, matrix."""
    return page(request, "overview.html", view=overview(watch.now(caller.tenant), language_of(request)))


@router.get("/sites/{slug}")
@needs(Role.VIEWER, TenantView.FILTERED)
def show_site(request: Request, watch: WatchOf, caller: Caller, slug: str) -> Response:
    """One site with its e-services and links."""
    now = watch.now(caller.tenant)
    if slug not in now.network.site:
        raise unknown("sites", slug, now.network.site)
    return page(request, "site.html", view=site_page(now, slug, language_of(request)))


@router.get("/devices/{slug}")
@needs(Role.VIEWER, TenantView.FILTERED)
def show_device(
    request: Request, context: ContextOf, watch: WatchOf, measuring: MeasuringOf, caller: Caller, slug: str
) -> Response:
    """One device with its interfaces, neighbours and last change."""
    now = watch.now(caller.tenant)
    if slug not in now.network.device:
        raise unknown("devices", slug, now.network.device)
    change = _last_change(watch, slug) if caller.tenant is None else None  # a change may be about others as well
    view = device_page(now, slug, readings(context.engine, measuring, slug), change)
    return page(request, "device.html", view=view)


def _last_change(watch: Watch, device: str) -> Change | None:
    """The newest change that touched a device, whatever became of it."""
    touched = (change for change in watch.changes.list() if change.report and device in change.report.touched)
    return next(touched, None)
