"""The description of the API (OpenAPI): what routes say of themselves, the forms they share, and how errors look."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.listing.described import schemas
from api.problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
    "required": ["type", "title", "status", "detail"],
}
_ERROR = {
    "description": "A problem: what is wrong, where, and what to do.",
    "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/problem"}}},
}


def described(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """Makes the description on first use."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            schema = get_openapi(title=app.title, version=app.version, routes=app.routes)
            parts = schema.setdefault("components", {})
            parts["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer"}}
            forms = {k: v for k, v in parts.get("schemas", {}).items() if "ValidationError" not in k}
            parts["schemas"] = {**forms, **schemas(), "problem": PROBLEM}
            for path in schema["paths"].values():
                for operation in path.values():
                    operation["responses"].pop("422", None)
                    operation["responses"]["4XX"] = _ERROR
            app.openapi_schema = schema
        return app.openapi_schema

    return openapi
