"""No page names a command or an option that does not exist."""

import re
import shlex
from collections.abc import Iterator

import pytest

from api.reference.commands import Command, commands
from api.reference.pages import PAGES

FENCE = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`((?:\.venv/bin/)?silesianet [^`\n]+)`")
PROGRAM = re.compile(r"^\s*(?:\$ )?(?:\w+=\S+ )*(?:\S*/)?silesianet (.*)")
REST = re.compile(r"\s(?:\||>|>>|&&|;|&)(?:\s|$)")


@pytest.fixture(scope="module")
def known() -> dict[tuple[str, ...], Command]:
    """Every command by its words."""
    return {command.words: command for command in commands()}


def typed(page: str) -> Iterator[tuple[list[str], bool]]:
    """(words after `silesianet`, whether it stands in a block to be typed as it is)."""
    for block in FENCE.findall(page):
        for line in block.replace("\\\n", " ").splitlines():
            if match := PROGRAM.match(line):
                yield shlex.split(REST.split(match[1])[0], comments=True), True
    for text in INLINE.findall(FENCE.sub("", page)):
        if match := PROGRAM.match(text):
            yield match[1].replace("…", "").split(), False


def fault_of(words: list[str], complete: bool, known: dict[tuple[str, ...], Command]) -> str:
    """What is wrong with a command line of a page; empty when nothing is."""
    if words[:1] == ["--help"]:
        return ""
    length = next((n for n in range(len(words), 0, -1) if tuple(words[:n]) in known), 0)
    if not length:
        group = any(name[: len(words)] == tuple(words) for name in known)
        return "" if group and not complete else "no such command"
    command = known[tuple(words[:length])]
    options = {name: p for p in command.parameters if p.option for name in p.names}
    given, positional = iter(words[length:]), 0
    for word in given:
        name, equals, _ = word.partition("=")
        if not word.startswith("-") or word == "-":
            positional += 1
        elif name not in options and name != "--help":
            return f"no option {name}"
        elif name in options and options[name].takes_value and not equals:
            next(given, None)
    arguments = [p for p in command.parameters if not p.option]
    if positional > len(arguments):
        return "too many arguments"
    if complete and "--help" not in words and positional < sum(p.required for p in arguments):
        return "an argument is missing"
    return ""


def test_pages_name_only_commands_that_exist(pages: dict[str, str], known: dict[tuple[str, ...], Command]) -> None:
    faults = [
        f"{name}: silesianet {' '.join(words)}: {fault}"
        for name, page in pages.items()
        if name.removeprefix("docs/reference/") not in PAGES
        for words, complete in typed(page)
        if (fault := fault_of(words, complete, known))
    ]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("line", ["lab up --jsno", "lab fly", "lab fault set link:x", "lab up now"])
def test_a_wrong_line_is_noticed(line: str, known: dict[tuple[str, ...], Command]) -> None:
    assert fault_of(line.split(), True, known)


@pytest.mark.parametrize("line", ["lab fault set link:x down --json", "lab fault clear --all", "lab doctor"])
def test_a_right_line_is_not(line: str, known: dict[tuple[str, ...], Command]) -> None:
    assert not fault_of(line.split(), True, known)
