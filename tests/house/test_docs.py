"""Links lead somewhere, decisions are numbered, verbs and registries are explained."""

import re
from pathlib import Path
from typing import Any

import pytest

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
HEADINGS = ("Status: ", "## Why", "## What", "## Consequences")


def test_links_lead_somewhere(pages: dict[str, str], root: Path) -> None:
    dead = [
        f"{name}: {target}"
        for name, page in pages.items()
        for target in LINK.findall(page)
        if "://" not in target and not (root / name).parent.joinpath(target.partition("#")[0] or ".").exists()
    ]
    assert not dead, "\n".join(dead)


def test_decisions_are_numbered_and_say_why(root: Path) -> None:
    decisions = sorted((root / "docs" / "decisions").glob("*.md"))
    assert decisions
    numbers = [path.name[:4] for path in decisions]
    assert sorted(numbers) == sorted(set(numbers))
    for path in decisions:
        text = path.read_text()
        assert re.match(rf"# {path.name[:4]} ", text), f"{path.name} does not begin with its number"
        assert [h for h in HEADINGS if h not in text] == [], path.name


def test_every_page_can_be_reached_from_the_readme(pages: dict[str, str], root: Path) -> None:
    """Evidence and notes on devices are found from where they belong."""
    reached, queue = {"README.md"}, ["README.md"]
    while queue:
        name = queue.pop()
        for target in LINK.findall(pages[name]):
            path = (root / name).parent.joinpath(target.partition("#")[0]).resolve()
            followed = [path] if path.suffix == ".md" else list(path.glob("*.md")) if path.is_dir() else []
            for page in (str(p.relative_to(root)) for p in followed if p.is_relative_to(root)):
                if page in pages and page not in reached:
                    reached.add(page)
                    queue.append(page)
    assert sorted(name for name in pages if name.startswith("docs/") and name not in reached) == []


def test_every_verb_of_the_makefile_is_explained(pages: dict[str, str], root: Path) -> None:
    makefile = (root / "Makefile").read_text()
    verbs = re.findall(r"^([a-z][a-z-]*):", makefile, re.MULTILINE)
    assert set(verbs) == set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert [verb for verb in verbs if f"`make {verb}`" not in pages["docs/development.md"]] == []


def test_the_changelog_knows_this_version(pages: dict[str, str], project: dict[str, Any]) -> None:
    changelog = pages["CHANGELOG.md"]
    assert "## [Unreleased]" in changelog or f"## [{project['project']['version']}]" in changelog
    assert "### For operators" in changelog


@pytest.mark.parametrize("page", ["README.md", "docs/architecture.md"])
def test_pictures_are_shown_where_they_explain(page: str, pages: dict[str, str]) -> None:
    assert [t for t in LINK.findall(pages[page]) if t.endswith((".svg", ".png"))]
