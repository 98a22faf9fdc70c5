"""REST: create, replace, change and delete objects of the inventory, one or many, all or none, with their history."""

from collections.abc import Sequence
from http import HTTPMethod
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from api.answers import JSON, tag_of
from api.auth import GuardedRoute
from api.listing.described import write_many_described, write_one_described
from api.presentation import INTERFACES, present
from api.problems import problem
from api.roles import Role, TenantView, needs
from api.state import Caller, ContextOf
from api.writing.batch import Written, apply
from api.writing.fault import Fault, Unconditional
from api.writing.item import Action, Item, created, many, one
from inventory.checks.finding import Finding
from inventory.database.revision import Revision
from inventory.day import day_at
from inventory.diff import diff
from inventory.model.network import NOUNS, Network
from inventory.naming import records

REASON_MOST = 500
WHY = "Why, for the history; or the header X-Change-Reason."
DRY_RUN = "Show what would change, with every problem, and write nothing."

router = APIRouter(route_class=GuardedRoute, tags=["inventory"])


async def _body(request: Request) -> bytes:
    return await request.body()


def _why(request: Request, why: Annotated[str | None, Query(max_length=REASON_MOST, description=WHY)] = None) -> str:
    """The reason a caller gives: as a parameter, or in a header, whose octets are UTF-8."""
    header = request.headers.get("x-change-reason", "").encode("latin-1").decode(errors="replace")
    given = (why or header).strip()[:REASON_MOST]
    return "".join(c if c.isprintable() else " " for c in given) or f"{request.method} {request.url.path}"


Raw = Annotated[bytes, Depends(_body)]
Why = Annotated[str, Depends(_why)]
DryRun = Annotated[bool, Query(description=DRY_RUN)]


def _write(context: ContextOf, caller: Caller, noun: str, items: Sequence[Item], why: str) -> tuple[Revision, Written]:
    done: list[Written] = []

    def change(network: Network) -> Network:
        done[:] = [apply(network, noun, items, day_at(), caller.tenant)]
        return done[0].network

    return context.inventory.edit(change, caller.name, why), done[0]


def _rehearsed(context: ContextOf, caller: Caller, noun: str, items: Sequence[Item]) -> Response:
    """What would change; nothing is written."""
    network = context.inventory.network()
    written = apply(network, noun, items, day_at(), caller.tenant)
    changes = diff(network, written.network).document()
    document = {"dry_run": True, "revision": context.inventory.revision(), "warnings": _told(written.warnings)}
    return Response(orjson.dumps(document | changes), 200, media_type=JSON)


def _told(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [finding.document() for finding in findings]


def _shown(noun: str, items: Sequence[Item], network: Network) -> list[tuple[str, bytes]]:
    """(slug, document) of the objects written, in the order of the request."""
    known = {record.slug: record for record in records(network, noun)}
    wanted = [item.slug for item in items if item.slug in known]
    return [(slug, orjson.dumps(present(noun, known[slug], network))) for slug in wanted]


def _answer_one(status: int, noun: str, item: Item, revision: Revision, written: Written) -> Response:
    headers = {"X-Revision": str(revision.id)}
    if item.action is Action.DELETE:
        return Response(None, 204, headers)
    ((_, shown),) = _shown(noun, (item,), written.network)
    return Response(shown, status, headers | {"ETag": tag_of(shown)}, JSON)


def _answer_many(status: int, noun: str, items: Sequence[Item], revision: Revision, written: Written) -> Response:
    """The list envelope of what was written, with the new entity tag of each object."""
    shown = _shown(noun, items, written.network)
    document = {
        "revision": revision.id,
        "count": len(items),
        "etags": {slug: tag_of(content) for slug, content in shown},
        "warnings": _told(written.warnings),
        "results": [orjson.Fragment(content) for _, content in shown],
    }
    return Response(orjson.dumps(document), status, {"X-Revision": str(revision.id)}, JSON)


def _conditional(request: Request, slug: str) -> str:
    """The entity tags the caller has read; Unconditional when there are none."""
    given = request.headers.get("if-match")
    if not given:
        fix = f"send If-Match with the ETag that GET …/{slug} gave, or If-Match: *"
        raise Unconditional([Fault(0, "if-match", "the write does not say which state it is based on", fix)])
    return given


def _add_one(noun: str, method: HTTPMethod, action: Action) -> None:
    @needs(Role.ADMIN, TenantView.FILTERED)
    def write_one(
        request: Request, context: ContextOf, caller: Caller, slug: str, raw: Raw, why: Why, dry_run: DryRun = False
    ) -> Response:
        item = one(action, slug, raw, _conditional(request, slug))
        if dry_run:
            return _rehearsed(context, caller, noun, (item,))
        return _answer_one(200, noun, item, *_write(context, caller, noun, (item,), why))

    extra = write_one_described(noun, action)
    router.add_api_route(
        f"/{noun}/{{slug}}", write_one, methods=[method], name=f"{action} one of {noun}", openapi_extra=extra
    )


def _add_many(noun: str, method: HTTPMethod, action: Action) -> None:
    @needs(Role.ADMIN, TenantView.FILTERED)
    def write_many(context: ContextOf, caller: Caller, raw: Raw, why: Why, dry_run: DryRun = False) -> Response:
        items, listed = created(raw) if action is Action.CREATE else (many(action, raw), True)
        if dry_run:
            return _rehearsed(context, caller, noun, items)
        status, done = 201 if action is Action.CREATE else 200, _write(context, caller, noun, items, why)
        if listed:
            return _answer_many(status, noun, items, *done)
        answer = _answer_one(status, noun, items[0], *done)
        answer.headers["Location"] = f"/api/v1/{noun}/{items[0].slug}"
        return answer

    extra = write_many_described(noun, action)
    router.add_api_route(f"/{noun}", write_many, methods=[method], name=f"{action} {noun}", openapi_extra=extra)


def _add_refusal(noun: str, of: str) -> None:
    """A noun that follows from another is read only, and says so."""

    @needs(Role.ADMIN, TenantView.FILTERED)
    def refuse(request: Request) -> Response:
        detail = f"{noun} follow from {of} and are read only; write the {noun} of {of}"
        return problem(request, 405, "method-not-allowed", detail, headers={"Allow": "GET"})

    for path in (f"/{noun}", f"/{noun}/{{slug}}"):
        methods: Any = ["POST", "PUT", "PATCH", "DELETE"]
        router.add_api_route(path, refuse, methods=methods, name=f"refuse {noun}", include_in_schema=False)


for _noun in NOUNS:
    _add_many(_noun, HTTPMethod.POST, Action.CREATE)
    _add_many(_noun, HTTPMethod.PATCH, Action.PATCH)
    _add_many(_noun, HTTPMethod.DELETE, Action.DELETE)
    _add_one(_noun, HTTPMethod.PUT, Action.REPLACE)
    _add_one(_noun, HTTPMethod.PATCH, Action.PATCH)
    _add_one(_noun, HTTPMethod.DELETE, Action.DELETE)
_add_refusal(INTERFACES, "devices")
