"""REST: the whole matrix, as JSON, CSV, columns of Arrow, or two or four bits a cell."""

from collections.abc import Callable, Iterator
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response, StreamingResponse

from api.answers import document, headers_of, tag_of, tagged, unchanged
from api.auth import GuardedRoute
from api.filters import PAGING, matching
from api.roles import Role, TenantView, needs
from api.routes.cells import FILTERS
from api.routes.nouns import AsOf
from api.state import Caller, WatchOf
from inventory.database.revision import parse_moment
from monitoring.matrix import Matrix
from monitoring.matrix_formats import csv_parts, fingerprint, octets, octets_index, verdict_octets

CELLS_MAX = 100_000
"""Cells beyond which JSON is refused without a filter."""

JSON, CSV, OCTETS = "application/json", "text/csv", "application/octet-stream"
ARROW = "application/vnd.apache.arrow.stream"
OFFERED = (JSON, CSV, OCTETS, ARROW)

type Plane = Literal["observed", "verdict"]

PLANES = {"observed": octets, "verdict": verdict_octets}
"""What octets can say of a cell: two bits what is observed, or four the verdict and whether it is entitled."""

router = APIRouter(route_class=GuardedRoute, tags=["reachability"])


@router.get("/reachability")
@needs(Role.VIEWER, TenantView.FILTERED)
def reachability(
    request: Request,
    watch: WatchOf,
    caller: Caller,
    part: Annotated[Literal["index"] | None, Query(description="The slugs in the order of the octets.")] = None,
    plane: Annotated[Plane, Query(description="What the octets hold; verdict: four bits a cell.")] = "observed",
    as_of: AsOf = None,
) -> Response:
    """Every cell; ``Accept`` chooses JSON, CSV, octets or ``application/vnd.apache.arrow.stream``."""
    matrix = watch.at(parse_moment(as_of), caller.tenant).matrix
    if part == "index":
        return document(request, octets_index(matrix))
    match media_type(request.headers.get("accept", "*/*")):
        case "text/csv":
            return _streamed(request, matrix, "text/csv; charset=utf-8", csv_parts)
        case "application/vnd.apache.arrow.stream":
            return _streamed(request, matrix, ARROW, _arrow)
        case "application/octet-stream":
            return tagged(request, PLANES[plane](matrix), OCTETS)
    return _json(request, matrix)


def media_type(accept: str) -> str:
    """The first media type the caller accepts and we offer; 406 when there is none."""
    wishes = [part.split(";")[0].strip().lower() for part in accept.split(",")]
    for wish in wishes:
        for offer in OFFERED:
            if wish in (offer, "*/*", f"{offer.split('/')[0]}/*"):
                return offer
    raise HTTPException(406, f"offered are {', '.join(OFFERED)}")


def _arrow(matrix: Matrix) -> Iterator[bytes]:
    from monitoring.matrix_arrow import arrow_parts  # takes longer to load than most answers take

    return arrow_parts(matrix)


def _streamed(
    request: Request, matrix: Matrix, media_type: str, parts: Callable[[Matrix], Iterator[str] | Iterator[bytes]]
) -> Response:
    """An answer written part by part; 304 when the caller has it already."""
    tag = tag_of(media_type.encode(), *fingerprint(matrix))
    return unchanged(request, tag) or StreamingResponse(parts(matrix), 200, headers_of(tag), media_type)


def _json(request: Request, matrix: Matrix) -> Response:
    names = [name for name in request.query_params if name not in PAGING]
    if len(matrix.cells) > CELLS_MAX and not names:
        raise HTTPException(413, f"{len(matrix.cells)} cells: filter them, or ask for CSV, Arrow or octets")
    shape = matrix.document()
    shape["cells"] = matching(request, shape["cells"], FILTERS)
    return document(request, shape)
