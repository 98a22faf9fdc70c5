"""Our own source text as tests of the house look at it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Module:
    """A Python file; ``name`` is its path from the root of the repository."""

    name: str
    text: str
    syntax: ast.Module

    def imports(self) -> Iterator[tuple[str, int]]:
        """(module, line) of every import, those inside functions too."""
        for node in ast.walk(self.syntax):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module or "", node.lineno
