"""The reference pages are what the code says today, and nothing in them is without a meaning."""

import re
from pathlib import Path

import pytest

from api.reference import commands, settings
from api.reference.pages import PAGES
from monitoring.metrics import METRICS


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_what_the_code_says(name: str, root: Path) -> None:
    path = root / "docs" / "reference" / name
    assert path.exists(), "write it with `make docs`"
    assert path.read_text() == PAGES[name](), f"{name} is out of date: write it anew with `make docs`"


def test_every_command_says_what_it_is_for() -> None:
    assert [c.line for c in commands.commands() if not c.meaning] == []


def test_every_option_says_what_it_is_for() -> None:
    silent = [
        f"{' '.join(c.words)}: {p.names[0]}"
        for c in commands.commands()
        for p in c.parameters
        if p.option and not p.meaning
    ]
    assert not silent, "\n".join(silent)


def test_every_setting_says_what_it_is_for() -> None:
    silent = [s.variable for section in settings.sections() for s in section.settings if not s.meaning]
    assert not silent, "\n".join(silent)


def test_no_setting_is_defined_twice() -> None:
    variables = [s.variable for section in settings.sections() for s in section.settings]
    assert sorted(variables) == sorted(set(variables))


def test_settings_classes_stand_where_the_page_looks(root: Path, packages: list[str]) -> None:
    """A settings class outside its room's settings.py would be missing from the page."""
    files = [p for name in packages for p in (root / name).rglob("*.py") if "(BaseSettings)" in p.read_text()]
    known = {root / f"{name.replace('.', '/')}.py" for name in settings.MODULES}
    assert set(files) == known


def test_what_is_deployed_names_metrics_that_exist(tracked: list[Path], root: Path) -> None:
    known = {metric.name for metric in METRICS}
    unknown = [
        f"{path.relative_to(root)}: {name}"
        for path in tracked
        if path.is_relative_to(root / "deploy") and path.suffix in (".yml", ".json")
        for name in re.findall(r"(?<![:\w])silesianet_\w+", path.read_text())
        if name not in known
    ]
    assert not unknown, "\n".join(unknown)
