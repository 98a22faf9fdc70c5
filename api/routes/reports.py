"""REST: reports, each one a document in several forms."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, document, envelope, tagged
from api.auth import GuardedRoute
from api.filters import BadFilter, matching
from api.i18n import FIRST, chosen
from api.render import FORMATS
from api.roles import Role, TenantView, needs
from api.routes.nouns import AsOf, Limit, Offset
from api.scope import OutOfScope, network_for
from api.state import Caller, ContextOf, WatchOf
from api.suggestion import unknown
from inventory.database.revision import parse_moment
from monitoring.reports import REPORTS, ReportKind, Sources

LANGUAGE = "lang"
OURS = (LANGUAGE, "as_of")
"""What every report understands."""

router = APIRouter(route_class=GuardedRoute, tags=["reports"])


def presented(kind: ReportKind) -> dict[str, Any]:
    """A report that can be asked for, as JSON."""
    return {
        "slug": kind.slug,
        "title_pl": kind.title_pl,
        "title_en": kind.title_en,
        "options": kind.options,
        "formats": sorted(FORMATS),
    }


@router.get("/reports")
@needs(Role.VIEWER, TenantView.SHARED)
def reports(request: Request, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Reports that can be asked for."""
    found = [presented(kind) for kind in REPORTS.values()]
    return envelope(request, matching(request, found, {"slug": str}), limit, offset)


@router.get("/reports/{slug}.{form}")
@needs(Role.VIEWER, TenantView.FILTERED)
def report(
    request: Request, context: ContextOf, watch: WatchOf, caller: Caller, slug: str, form: str, as_of: AsOf = None
) -> Response:
    """A report in one of its forms; ``lang`` and the options of the report are given as a query."""
    kind = _kind(slug)
    if form not in FORMATS:
        raise unknown(f"forms of {slug}", form, FORMATS)
    options = {name: value for name, value in request.query_params.items() if name not in OURS}
    for name in options:
        if name not in kind.options:
            raise BadFilter("no such option", where=name, fix=f"options are {', '.join([*OURS, *kind.options])}")
    store, when = context.inventory, parse_moment(as_of)
    if caller.tenant is not None and not kind.for_tenants:
        raise OutOfScope("this report is about the whole network", where=slug)
    network = network_for(caller.tenant, store.network(when))
    sources = Sources(network, context.engine, store.instant(when), options, lambda: watch.at(when).matrix)
    made = kind.build(sources)
    language = chosen(request.query_params.get(LANGUAGE), FIRST)
    return tagged(request, FORMATS[form].render(made, language), FORMATS[form].media_type)


@router.get("/reports/{slug}")
@needs(Role.VIEWER, TenantView.SHARED)
def describe(request: Request, slug: str) -> Response:
    """One report: its title, options and forms."""
    return document(request, presented(_kind(slug)))


def _kind(slug: str) -> ReportKind:
    if slug not in REPORTS:
        raise unknown("reports", slug, REPORTS)
    return REPORTS[slug]
