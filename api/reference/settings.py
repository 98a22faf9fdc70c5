"""The page of settings: every environment variable, its default and its meaning, as the rooms define them."""

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from api.reference.page import table

MODULES = ("inventory.settings", "automation.settings", "monitoring.settings", "api.settings")
"""One file of settings a room."""


@dataclass(frozen=True)
class Setting:
    """``variable`` is the environment variable."""

    variable: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Section:
    """The settings of one class and what it says of itself."""

    room: str
    about: str
    settings: tuple[Setting, ...]


def sections() -> tuple[Section, ...]:
    """Every class of settings, in the order of the rooms."""
    return tuple(_section(kind) for name in MODULES for kind in _classes(name))


def _classes(module: str) -> Iterator[type[BaseSettings]]:
    for kind in vars(import_module(module)).values():
        if isinstance(kind, type) and issubclass(kind, BaseSettings) and kind.__module__ == module:
            yield kind


def _section(kind: type[BaseSettings]) -> Section:
    prefix, meanings = kind.model_config.get("env_prefix", ""), _meanings(kind)
    found = [
        Setting(f"{prefix}{name}".upper(), _shown(field.default), meanings.get(name, ""))
        for name, field in kind.model_fields.items()
    ]
    about = inspect.cleandoc(kind.__doc__ or "").replace("``", "`")
    return Section(kind.__module__.partition(".")[0], about, tuple(found))


def _shown(default: Any) -> str:
    if default is PydanticUndefined:
        return "(must be set)"
    return "" if default in (None, "") else f"`{default}`"


def _meanings(kind: type[BaseSettings]) -> dict[str, str]:
    """The text that follows each field in the source: Python itself forgets it."""
    body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(kind))).body[0]
    assert isinstance(body, ast.ClassDef)
    found = {}
    for field, text in zip(body.body, body.body[1:], strict=False):
        match field, text:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(meaning))):
                found[name] = " ".join(meaning.replace("``", "`").split())
    return found


def page() -> str:
    """The page, in Markdown."""
    lines = ["# Settings", "", "All are environment variables; times are in seconds unless the name says otherwise."]
    room = ""
    for section in sections():
        if section.room != room:
            room = section.room
            lines += ["", f"## {room}"]
        lines += ["", section.about, ""]
        rows = [(f"`{s.variable}`", s.default, s.meaning) for s in section.settings]
        lines += table(("variable", "default", "meaning"), rows)
    return "\n".join([*lines, ""])
