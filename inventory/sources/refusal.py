"""Turns the model's refusals into words an operator can act on: what is wrong and what to write instead."""

from collections.abc import Callable, Iterator, Sequence
from difflib import get_close_matches
from ipaddress import ip_interface, ip_network
from typing import Any, Protocol, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Path = tuple[int | str, ...]
Refusal = tuple[Path, str, str]
"""(path inside the document, problem, fix)."""


class Parts(Protocol):
    """What was read, as far as it must be known here."""

    def holds(self, path: Sequence[int | str]) -> bool:
        """Whether the path leads to a part of it."""


def dotted(path: Path) -> str:
    """The name of a part: ``address.terc``."""
    return ".".join(str(step) for step in path)


_SLUG = r"^[a-z0-9](?:"


def refusals(
    error: ValidationError, model: type[BaseModel], document: Parts, base: Path, name: Callable[[Path], str] = dotted
) -> Iterator[Refusal]:
    """Explain each refusal once, parts called by ``name``; the alternatives of a union count as one."""
    seen: set[Path] = set()
    for detail in error.errors(include_url=False):
        path = _existing(document, base, detail["loc"])
        if detail["type"] in ("missing", "extra_forbidden"):
            path = base + detail["loc"]
        if path in seen:
            continue
        seen.add(path)
        yield path, *_explain(detail, model, path[len(base) :], name)


def _existing(document: Parts, base: Path, loc: Path) -> Path:
    """The part of the location that is in the document; union members add steps that are not."""
    path = base
    for step in loc:
        if not document.holds((*path, step)):
            break
        path = (*path, step)
    return path


def _explain(detail: ErrorDetails, model: type[BaseModel], path: Path, name: Callable[[Path], str]) -> tuple[str, str]:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    field = name(path)
    match kind:
        case "missing":
            return f"{field} is missing", "add it"
        case "extra_forbidden":
            return f"unknown field {str(path[-1])!r}", _fields(model, path)
        case "enum" | "literal_error":
            return f"{field} {given!r} is not known", f"use one of {_listed(context['expected'])}"
        case "value_error":
            problem, _, fix = str(context["error"]).partition("; ")
            return f"{field}: {problem}", fix or "correct the value"
        case "string_pattern_mismatch":
            return _pattern(field, given, str(context["pattern"]))
    if kind.startswith("ip_"):
        return _address(field, given, kind)
    if kind.startswith("date_"):
        return f"{field} {_shown(given)} is not a date", "write it as YYYY-MM-DD"
    return f"{field} {_shown(given)}: {detail['msg'][0].lower()}{detail['msg'][1:]}", "correct the value"


def _fields(model: type[BaseModel], path: Path) -> str:
    known = list(_model_at(model, path[:-1]).model_fields)
    near = get_close_matches(str(path[-1]), known, n=1)
    return f"did you mean {near[0]!r}?" if near else f"remove it or use one of {', '.join(known)}"


def _model_at(model: type[BaseModel], path: Sequence[int | str]) -> type[BaseModel]:
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            model = next(_models(model.model_fields[step].annotation), model)
    return model


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def _listed(expected: str) -> str:
    return expected.replace(" or ", ", ").replace("'", "")


def _shown(given: Any) -> str:
    return repr(given) if given is None or isinstance(given, str | int | float | bool) else f"({type(given).__name__})"


def _pattern(field: str, given: Any, pattern: str) -> tuple[str, str]:
    if pattern.startswith(_SLUG):
        return f"{field} {given!r} is not a slug", "use 1 to 63 lower-case letters, digits and inner hyphens"
    if r"\x00" in pattern:
        return f"{field} holds a control character", "write it on one line"
    return f"{field} {given!r} has the wrong form", f"it must match {pattern}"


def _address(field: str, given: Any, kind: str) -> tuple[str, str]:
    if kind.endswith("network"):
        try:
            return (
                f"{field} {given!r} has bits set beyond its length",
                f"did you mean {ip_network(given, strict=False)}?",
            )
        except ValueError:
            return f"{field} {given!r} is not a prefix", "write a prefix such as 10.44.10.0/24 or 2001:db8:44:a::/64"
    example = "10.44.10.1/24 or 2001:db8:44:a::1/64" if kind.endswith("interface") else "10.44.10.1 or 2001:db8:44:a::1"
    try:
        ip_interface(given)
    except ValueError:
        return f"{field} {given!r} is not an address", f"write an address such as {example}"
    return f"{field} {given!r} has a length where none belongs", f"write an address such as {example}"
