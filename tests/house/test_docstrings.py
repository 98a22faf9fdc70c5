"""Every module says why it exists; every public class and function says what it is for."""

import ast
from collections.abc import Iterator

from tests.support.source import Module

DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def _silent(module: Module) -> Iterator[str]:
    if ast.get_docstring(module.syntax) is None:
        yield f"{module.name}: the module"
    for node in module.syntax.body:
        if isinstance(node, DEFINITIONS) and not node.name.startswith("_") and ast.get_docstring(node) is None:
            yield f"{module.name}:{node.lineno} {node.name}"


def test_nothing_public_is_silent(modules: list[Module]) -> None:
    silent = [place for m in modules for place in _silent(m)]
    assert not silent, "\n".join(silent)


def test_no_file_has_a_name_that_says_nothing(modules: list[Module]) -> None:
    empty = {"utils", "util", "helpers", "helper", "manager", "misc", "common", "base"}
    assert [m.name for m in modules if empty & set(m.name.removesuffix(".py").replace("_", "/").split("/"))] == []
