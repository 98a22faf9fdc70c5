"""Errors as RFC 9457 problem details: one table from error code to HTTP status, one shape for every answer."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.writing.fault import BadWrite
from inventory.errors import SilesiaNetError

MEDIA_TYPE = "application/problem+json"
REST = "/api"

type ErrorPage = Callable[[Request, int, str], Response]

STATUSES = {
    "error": HTTPStatus.INTERNAL_SERVER_ERROR,
    "bad-input": HTTPStatus.UNPROCESSABLE_ENTITY,
    "usage": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown-object": HTTPStatus.NOT_FOUND,
    "refused": HTTPStatus.CONFLICT,
    "stale": HTTPStatus.PRECONDITION_FAILED,
    "precondition-required": HTTPStatus.PRECONDITION_REQUIRED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "too-many": HTTPStatus.TOO_MANY_REQUESTS,
    "unreachable": HTTPStatus.BAD_GATEWAY,
    "device-failed": HTTPStatus.BAD_GATEWAY,
}
"""HTTP status of each error code; a test checks that every error class has a row."""


HTTP_CODES = {
    400: "bad-input",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    406: "not-acceptable",
    411: "length-required",
    413: "too-large",
    415: "bad-input",
}
"""Code of each status the framework answers with on its own."""


def problem(
    request: Request,
    status: int,
    code: str,
    detail: str,
    *,
    headers: Mapping[str, str] | None = None,
    **members: Any,
) -> Response:
    """One problem document, or a page for people. ``detail`` says what is wrong and what to do."""
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith(REST):
        page: ErrorPage = request.app.state.error_page
        return page(request, status, detail)
    document = {
        "type": f"urn:silesianet:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.url.path,
        **members,
    }
    return Response(orjson.dumps(document), status, headers, MEDIA_TYPE)


def from_error(request: Request, error: SilesiaNetError) -> Response:
    """The problem document of one of our own errors."""
    members: dict[str, Any] = {k: v for k, v in (("where", error.where), ("fix", error.fix)) if v}
    if isinstance(error, BadWrite):
        members["errors"] = [fault.document() for fault in error.faults]
    return problem(request, STATUSES[error.code], error.code, str(error), **members)


def from_http(request: Request, error: HTTPException) -> Response:
    """The problem document of an error the framework raised."""
    code = HTTP_CODES.get(error.status_code, "error")
    return problem(request, error.status_code, code, str(error.detail), headers=error.headers)


def from_validation(request: Request, error: RequestValidationError) -> Response:
    """The problem document of a request that does not fit its schema, one entry for each fault."""
    return problem(request, 422, "bad-input", "the request does not fit", errors=_faults(error.errors()))


def _faults(errors: Sequence[Any]) -> list[dict[str, str]]:
    return [{"where": ".".join(map(str, e["loc"])), "message": e["msg"]} for e in errors]


def from_fault(request: Request, _error: Exception) -> Response:
    """Our own fault: the log has the traceback, the caller gets no inside."""
    return problem(request, 500, "error", "a fault of the server; its log says more")


def install(app: FastAPI, page: ErrorPage) -> None:
    """Make every error of an application a problem document; ``page`` shows it to people."""
    app.state.error_page = page
    app.add_exception_handler(SilesiaNetError, from_error)  # type: ignore[arg-type]
    app.add_exception_handler(HTTPException, from_http)  # type: ignore[arg-type]
    app.add_exception_handler(RequestValidationError, from_validation)  # type: ignore[arg-type]
    app.add_exception_handler(Exception, from_fault)
