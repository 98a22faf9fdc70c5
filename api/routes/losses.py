"""REST: what every element of the network costs when it fails alone, the most people first."""

from dataclasses import asdict

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, envelope
from api.auth import GuardedRoute
from api.roles import Role, needs
from api.routes.nouns import AsOf, Limit, Offset
from api.state import ContextOf
from inventory.database.revision import parse_moment
from inventory.day import day_at
from inventory.kept import Kept
from monitoring.reachability.sweep import sweep

router = APIRouter(route_class=GuardedRoute, tags=["reachability"])

kept = Kept(sweep, 8)
"""Sweeps of the networks asked about lately."""


@router.get("/losses")
@needs(Role.VIEWER)
def losses(
    request: Request, context: ContextOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0, as_of: AsOf = None
) -> Response:
    """Elements whose failure takes an entitled e-service from somebody: cells, sites and people, each site once."""
    when = parse_moment(as_of)
    found = kept(context.inventory.network(when), day_at(context.inventory.instant(when)))
    return envelope(request, [asdict(toll) for toll in found.worst], limit, offset)
