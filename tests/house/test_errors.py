"""Every kind of error has an exit code and an HTTP status, and no table has a row nobody raises."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import pytest

from api.cli.output import EXIT_CODES
from api.problems import STATUSES
from inventory.errors import SilesiaNetError


def _kinds(kind: type[SilesiaNetError]) -> Iterator[type[SilesiaNetError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _kinds(child)


@pytest.fixture(scope="module")
def codes(packages: list[str], root: Path) -> dict[str, str]:
    """Error code → a class that carries it, over every module there is."""
    for package in packages:
        for module in walk_packages([str(root / package)], f"{package}."):
            if not module.name.startswith(("inventory.migrations", "playbooks.")) and "__main__" not in module.name:
                import_module(module.name)
    return {kind.code: f"{kind.__module__}.{kind.__name__}" for kind in _kinds(SilesiaNetError)}


@pytest.mark.parametrize("table", [EXIT_CODES, STATUSES], ids=["exit codes", "HTTP statuses"])
def test_every_error_has_its_row(table: dict[str, int], codes: dict[str, str]) -> None:
    assert {code: kind for code, kind in codes.items() if code not in table} == {}
    assert set(table) - set(codes) == set(), "rows for errors that nobody raises"


def test_errors_are_shown_as_place_fault_remedy() -> None:
    error = SilesiaNetError("is full", where="disk", fix="empty it")
    assert str(error) == "disk: is full; empty it"
