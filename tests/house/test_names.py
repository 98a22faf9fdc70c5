"""Our top-level names are plain words: nobody else may bring them, and there may be no more of them."""

from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

OURS: tuple[set[str], ...] = ({"silesianet"}, set())


def test_nobody_else_owns_our_names(packages: list[str]) -> None:
    """An editable installation reports no owner, a wheel reports us."""
    owners = packages_distributions()
    foreign = {name: owners.get(name, []) for name in [*packages, "tests"]}
    assert {name: found for name, found in foreign.items() if set(found) not in OURS} == {}


def test_the_packages_are_listed_once_and_all(packages: list[str], project: dict[str, Any], root: Path) -> None:
    found = {p.parent.name for p in root.glob("*/__init__.py")}
    assert set(packages) == found
    assert set(project["tool"]["importlinter"]["root_packages"]) == found


def test_every_package_is_typed(packages: list[str], root: Path) -> None:
    data = {"playbooks", "custom_napalm"}
    assert [name for name in packages if name not in data and not (root / name / "py.typed").exists()] == []


def test_no_package_hides_ours_under_tests(root: Path) -> None:
    """`tests/inventory/__init__.py` would shadow the package `inventory`."""
    assert list((root / "tests").rglob("__init__.py")) == []


def test_test_files_have_names_of_their_own(tracked: list[Path], root: Path) -> None:
    names = [p.name for p in tracked if p.is_relative_to(root / "tests") and p.name.startswith("test_")]
    assert sorted(names) == sorted(set(names))


def test_the_project_cannot_be_published_by_mistake(project: dict[str, Any]) -> None:
    assert "Private :: Do Not Upload" in project["project"]["classifiers"]
