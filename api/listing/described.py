"""What the description of the API says about nouns: every filter with the form of its values, bodies, answers."""

from functools import cache
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from api.listing.derived import DERIVED, fact_of, fields
from api.listing.fields import OBJECT
from api.listing.query import FORMATS, LIMIT_DEFAULT, LIMIT_MAX
from api.presentation import LISTED
from inventory.model.network import NOUNS

type Schema = dict[str, Any]

REF = "#/components/schemas/{model}"
_OPERATIONS = (
    "Or with an operation: NAME__in (several, by comma), __n, __gte __gt __lte __lt, __ic (contains), __empty."
)
_TAGGED: Schema = {"ETag": {"schema": {"type": "string"}, "description": "Stands for this very content."}}
_NUMBERED: Schema = {"X-Revision": {"schema": {"type": "integer"}, "description": "The revision of the inventory."}}


def parameter(name: str, schema: Schema, description: str = "", place: str = "query") -> Schema:
    """A parameter of a request."""
    described = {"name": name, "in": place, "required": place == "path", "schema": schema}
    return described | ({"description": description} if description else {})


AS_OF = parameter(
    "as_of",
    {"anyOf": [{"type": "integer", "minimum": 0, "maximum": 2**31 - 1}, {"type": "string", "format": "date"}]}
    | {"examples": [12, "2026-11-22", "2026-11-22T10:00:00Z"]},
    "A revision, a day (its end in Poland) or an instant; 404 for a revision that is not there.",
)


@cache
def list_parameters(noun: str) -> list[Schema]:
    """Everything a list can be asked."""
    known = fields(noun)
    plain = [name for name, kind in known.items() if kind is not OBJECT]
    return [
        parameter("limit", {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}),
        parameter("offset", {"type": "integer", "minimum": 0, "maximum": 2**53, "default": 0}),
        parameter("q", {"type": "string"}, "Words that stand anywhere in an object; case and accents do not matter."),
        parameter("ordering", _names(plain, "-?"), "Fields to sort by, - for downwards."),
        parameter("fields", _names(list(known)), "The fields to show; all by default."),
        parameter("format", {"enum": list(FORMATS)}, "Or Accept: text/csv. CSV holds all rows unless limit is given."),
        AS_OF,
        *(parameter(name, _value(known[name]), _OPERATIONS) for name in plain),
        *(parameter(f"{name}__empty", {"type": "boolean"}) for name in known if name not in plain),
    ]


def list_described(noun: str) -> Schema:
    """A list: JSON in pages, or CSV."""
    some = {"type": "object", "description": "Only the chosen fields, when fields= is given."}
    page: Schema = {
        "count": {"type": "integer"},
        "next": {"type": ["string", "null"]},
        "previous": {"type": ["string", "null"]},
        "results": {"type": "array", "items": {"anyOf": [_shown(noun), some]}},
    }
    content = {**_json(_closed(page)), "text/csv": {"schema": {"type": "string"}}}
    answer = {"description": "A page of the list.", "content": content, "headers": _TAGGED}
    return {"parameters": list_parameters(noun), "responses": {"200": answer, "304": {"description": "Known already."}}}


def one_described(noun: str) -> Schema:
    """A single object."""
    answer = {"description": "The object.", "content": _json(_shown(noun)), "headers": _TAGGED}
    return {"parameters": [AS_OF], "responses": {"200": answer, "304": {"description": "Known already."}}}


def write_one_described(noun: str, action: str) -> Schema:
    """A write to one object."""
    written = {
        "description": "The object as it is now.",
        "content": _json(_shown(noun)),
        "headers": _TAGGED | _NUMBERED,
    }
    answers: Schema = (
        {"204": {"description": "It is gone.", "headers": _NUMBERED}} if action == "delete" else {"200": written}
    )
    if action == "delete":
        answers["200"] = {"description": "With dry_run: what would change.", "content": _json({"type": "object"})}
    else:
        written["content"] = _json({"anyOf": [_shown(noun), {"type": "object", "required": ["dry_run"]}]})
    told = "The ETag of the state that was read, or *; 428 without it, 412 when that state is over."
    tag = parameter("If-Match", {"type": "string", "minLength": 1}, told, "header") | {"required": True}
    body = {} if action == "delete" else _body(_patch(noun) if action == "patch" else _given(noun))
    return {"parameters": [tag, *_REASON], "responses": answers, **body}


def write_many_described(noun: str, action: str) -> Schema:
    """A write to several objects, all or none."""
    tag = {"type": "string", "description": "The ETag that was read."}
    named: Schema = {"slug": {"type": "string"}, "if_match": tag}
    one = (
        _given(noun) if action == "create" else {"type": "object", "required": ["slug"], "additionalProperties": False}
    )
    if action != "create":
        one["properties"] = named if action == "delete" else _patch(noun)["properties"] | named
    several: Schema = {"type": "array", "minItems": 1, "items": one}
    if action == "create":
        several = {"anyOf": [one, several]}
    good = {"description": "Written, all of it.", "content": _json({"type": "object"}), "headers": _NUMBERED}
    dry = {"description": "With dry_run: what would change.", "content": _json({"type": "object"})}
    answers: Schema = {"200": dry, "201": good} if action == "create" else {"200": good}
    return {"parameters": _REASON, "responses": answers, **_body(several)}


_REASON = [parameter("X-Change-Reason", {"type": "string"}, "Why, for the history.", "header")]


@cache
def schemas() -> dict[str, Schema]:
    """The components the descriptions refer to: every noun as it is shown, and as it is written."""
    facts = [(fact_of(noun), "serialization") for noun in LISTED] + [(fact, "validation") for fact in NOUNS.values()]
    references, document = models_json_schema(facts, ref_template=REF)  # type: ignore[arg-type]
    found: dict[str, Schema] = dict(document["$defs"])
    for noun in LISTED:
        own = found[_name(references[fact_of(noun), "serialization"])]
        more = {
            name: TypeAdapter(kind).json_schema(mode="serialization") for name, kind in DERIVED.get(noun, {}).items()
        }
        whole = _closed({**own["properties"], **more})
        found[noun] = whole | {"required": list(whole["properties"]), "description": own.get("description", "")}
    for noun, fact in NOUNS.items():
        own = found[_name(references[fact, "validation"])]
        found[f"{noun}-patch"] = own | {"required": []}
        found[f"{noun}-given"] = own
    return found


def _name(reference: Schema) -> str:
    return str(reference["$ref"]).rpartition("/")[2]


def _shown(noun: str) -> Schema:
    return {"$ref": REF.format(model=noun)}


def _given(noun: str) -> Schema:
    return {"$ref": REF.format(model=f"{noun}-given")}


def _patch(noun: str) -> Schema:
    """Any part of an object; the rest stays as it is."""
    own = schemas()[f"{noun}-patch"]
    return {"type": "object", "properties": own["properties"], "additionalProperties": False}


def _closed(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}


def _body(schema: Schema) -> Schema:
    return {"requestBody": {"required": True, "content": _json(schema)}}


def _names(known: list[str], before: str = "") -> Schema:
    name = f"{before}({'|'.join(n.replace('.', '[.]') for n in known)})"
    return {"type": "string", "pattern": f"^{name}(,{name})*$"}


@cache
def _value(kind: Any) -> Schema:
    schema = TypeAdapter(kind).json_schema(mode="validation")
    return {"anyOf": [schema, {"const": "null"}]}
