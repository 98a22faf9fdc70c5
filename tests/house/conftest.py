"""What the tests of the house look at: every file of the repository, the syntax of every module, every command."""

import ast
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.support.source import Module

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def project() -> dict[str, Any]:
    """pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


@pytest.fixture(scope="session")
def packages(project: dict[str, Any]) -> list[str]:
    """Top-level packages."""
    names: list[str] = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    return names


@pytest.fixture(scope="session")
def tracked() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    argv = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in sorted(set(names.split("\0"))) if name and (ROOT / name).is_file()]


@pytest.fixture(scope="session")
def modules(tracked: list[Path], packages: list[str]) -> list[Module]:
    """Every module we ship, migrations left out: their form is not ours to choose."""
    found = []
    for path in tracked:
        name = str(path.relative_to(ROOT))
        if path.suffix == ".py" and name.partition("/")[0] in packages and "/migrations/" not in name:
            text = path.read_text()
            found.append(Module(name, text, ast.parse(text)))
    return found


@pytest.fixture(scope="session")
def pages(tracked: list[Path]) -> dict[str, str]:
    """Every page of documentation, by path from the root."""
    return {str(p.relative_to(ROOT)): p.read_text() for p in tracked if p.suffix == ".md"}
