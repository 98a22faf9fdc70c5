"""The form of inventory files, derived from the model: for editors, for other programs, for people."""

from collections.abc import Iterator
from typing import Any

from inventory.model.network import NOUNS, Network


def schema_document() -> dict[str, Any]:
    """JSON Schema of the one-file form; the file of a noun is the value of that noun."""
    document = Network.model_json_schema(mode="validation")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema"} | document | {"title": "SilesiaNet inventory"}


def describe_fields() -> Iterator[tuple[str, str, str, str]]:
    """(noun, field, required or the default, type) of every field of every noun."""
    for noun, kind in NOUNS.items():
        schema = kind.model_json_schema()
        for name, field in schema["properties"].items():
            required = "yes" if name in schema["required"] else ""
            yield noun, name, required, _type(field, schema.get("$defs", {}))


def _type(field: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in field:
        return _type(definitions[field["$ref"].rpartition("/")[2]], definitions)
    if "enum" in field:
        return " | ".join(field["enum"])
    if "anyOf" in field:
        kinds = [_type(option, definitions) for option in field["anyOf"] if option.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if field.get("type") == "array":
        return f"list of {_type(field['items'], definitions)}"
    if "properties" in field:
        return f"{{{', '.join(field['properties'])}}}"
    return str(field.get("format") or field.get("type"))
