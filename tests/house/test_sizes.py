"""Small files, small functions: what can be read at one sitting."""

import ast
from statistics import median

from tests.support.source import Module

FILE_MEDIAN, FILE_MOST = 80, 400
FUNCTION_USUAL, FUNCTION_MOST = 30, 60
SHARE_USUAL = 0.95


def _functions(module: Module) -> list[tuple[str, int]]:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [
        (f"{module.name}:{node.lineno} {node.name}", (node.end_lineno or node.lineno) - node.lineno + 1)
        for node in ast.walk(module.syntax)
        if isinstance(node, kinds)
    ]


def test_the_median_file_is_short(modules: list[Module]) -> None:
    assert median(m.text.count("\n") for m in modules) <= FILE_MEDIAN


def test_no_file_is_long(modules: list[Module]) -> None:
    long = [f"{m.name}: {n}" for m in modules if (n := m.text.count("\n")) > FILE_MOST]
    assert not long, "\n".join(long)


def test_no_function_is_long(modules: list[Module]) -> None:
    long = [f"{name}: {size}" for m in modules for name, size in _functions(m) if size > FUNCTION_MOST]
    assert not long, "\n".join(long)


def test_functions_are_mostly_short(modules: list[Module]) -> None:
    sizes = [size for m in modules for _, size in _functions(m)]
    assert sum(size < FUNCTION_USUAL for size in sizes) / len(sizes) >= SHARE_USUAL
