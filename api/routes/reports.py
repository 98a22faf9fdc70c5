"""REST: reports, each one document in several forms."""

from fastapi import APIRouter

from api.auth import GuardedRoute

router = APIRouter(route_class=GuardedRoute, prefix="/reports", tags=["reports"])
