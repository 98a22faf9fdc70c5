"""REST: who changed what, when and why, and what differs between two moments."""

from typing import Annotated

import orjson
from fastapi import APIRouter, Path, Query, Request
from starlette.responses import Response

from api.answers import LIMIT_DEFAULT, document, page
from api.auth import GuardedRoute
from api.entries import entry_document
from api.roles import Role, needs
from api.routes.nouns import Limit, Offset
from api.state import Caller, ContextOf
from inventory.database.revision import Asked, parse_moment, parse_when
from inventory.naming import split
from inventory.revert import revert

Moment = Annotated[str | None, Query(description="A revision, a day or an instant.")]
ObjectName = Annotated[str | None, Query(alias="object", description="WORD:SLUG, such as site:rynek.")]
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
Why = Annotated[str, Query(max_length=500, description="Why, for the history.")]
DryRun = Annotated[bool, Query(description="Show what would change and write nothing.")]
From = Annotated[str | None, Query(alias="from", description="The earlier moment; before the last revision without.")]

router = APIRouter(route_class=GuardedRoute, tags=["history"])


@router.get("/history")
@needs(Role.VIEWER)
def history(
    request: Request, context: ContextOf, name: ObjectName = None, since: Moment = None, until: Moment = None,
    limit: Limit = LIMIT_DEFAULT, offset: Offset = 0,
) -> Response:  # fmt: skip
    """What happened to objects, newest first, with who, when and why."""
    noun, slug = split(name) if name else (None, None)
    asked = Asked(noun, slug, parse_moment(since), parse_moment(until))
    entries = context.inventory.history(asked, limit, offset)
    rows = (orjson.dumps(entry_document(entry)) for entry in entries)
    return page(request, rows, context.inventory.count_history(asked), limit, offset)


@router.get("/diff")
@needs(Role.VIEWER)
def difference(request: Request, context: ContextOf, start: From = None, to: Moment = None) -> Response:
    """What changed between two moments, of which the later one is now unless given."""
    store = context.inventory
    latest = store.revision()
    before = parse_when(start) if start else max(latest - 1, 0)
    after = parse_when(to) if to else latest
    return document(request, {"from": before, "to": after} | store.diff(before, after).document())


@router.post("/revisions/{number}/revert")
@needs(Role.ADMIN)
def take_back(
    request: Request, context: ContextOf, caller: Caller, number: Number, why: Why = "", dry_run: DryRun = False
) -> Response:
    """Take back what one revision did, as a new revision; 409 where objects were changed since."""
    done = revert(context.inventory, number, caller.name, why, dry_run)
    return document(request, done.document(dry_run))
