"""REST: access tokens, for administrators. A secret is in the answer that makes it, and nowhere else."""

from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.access_log import AccessLog
from api.answers import JSON, LIMIT_DEFAULT, document, envelope
from api.auth import GuardedRoute, address_of
from api.filters import matching
from api.roles import Role, needs
from api.routes.nouns import Limit, Offset
from api.scope import check_binding
from api.state import Caller, ContextOf, TokensOf
from api.suggestion import unknown
from inventory.errors import BadInput, UnknownObject

MOMENTS = ("created_at", "expires_at", "last_used_at")
FILTERS = {"slug": str, "role": Role, "site": str, "tenant": str}

router = APIRouter(route_class=GuardedRoute, prefix="/tokens", tags=["access"])


class Wish(BaseModel):
    """A token somebody wants: agents are bound to a site, others to a tenant or to nothing."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=63)]
    role: Role
    site: Annotated[str, Field(max_length=63)] | None = None
    tenant: Annotated[str, Field(max_length=63)] | None = None
    days: Annotated[float, Field(gt=0, le=36_500)] | None = None


def presented(token: dict[str, Any]) -> dict[str, Any]:
    """A token as JSON, without its secret; the last use is known to the hour."""
    moments = {m: token[m] and datetime.fromtimestamp(token[m], UTC) for m in MOMENTS}
    return {"slug": token["name"], "role": token["role"], "site": token["site"], "tenant": token["tenant"]} | moments


@router.get("")
@needs(Role.ADMIN)
def list_tokens(request: Request, tokens: TokensOf, limit: Limit = LIMIT_DEFAULT, offset: Offset = 0) -> Response:
    """Every token: role, what it is bound to, when it was made, ends and was last used."""
    return envelope(request, matching(request, [presented(t) for t in tokens.all()], FILTERS), limit, offset)


@router.get("/{slug}")
@needs(Role.ADMIN)
def show_token(request: Request, tokens: TokensOf, slug: str) -> Response:
    """One token."""
    found = {t["name"]: t for t in tokens.all()}
    if slug not in found:
        raise unknown("tokens", slug, found)
    return document(request, presented(found[slug]))


@router.post("", status_code=201)
@needs(Role.ADMIN)
def make_token(request: Request, context: ContextOf, tokens: TokensOf, caller: Caller, wish: Wish) -> Response:
    """Make a token; ``token`` in the answer is the secret, shown this once."""
    try:
        check_binding(context.inventory.network(), wish.site, wish.tenant)
    except UnknownObject as error:
        raise BadInput(error.message, where=error.where, fix=error.fix) from error
    secret = tokens.create(wish.name, wish.role, wish.site, days=wish.days, tenant=wish.tenant)
    detail = f"{wish.name}, {wish.role}"
    AccessLog(context.engine).record("token made", caller.name, address_of(request), detail)
    made = next(t for t in tokens.all() if t["name"] == wish.name)
    headers = {"Cache-Control": "no-store"}
    return Response(orjson.dumps(presented(made) | {"token": secret}), 201, headers, JSON)


@router.delete("/{slug}", status_code=204)
@needs(Role.ADMIN)
def revoke_token(request: Request, context: ContextOf, tokens: TokensOf, caller: Caller, slug: str) -> Response:
    """Make a token and the sessions opened with it worthless, at once."""
    tokens.revoke(slug)
    AccessLog(context.engine).record("token revoked", caller.name, address_of(request), slug)
    return Response(None, 204)
