"""The page of commands: every command with its arguments and options, as the command line itself knows them."""

import argparse
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from typer.main import get_command

from api.cli import COMMANDS, GROUPS
from api.cli.dispatch import application
from api.reference.page import table

LIGHT = ("agent",)
"""Commands that parse their arguments with the standard library only."""


@dataclass(frozen=True)
class Parameter:
    """An argument or option; ``names`` are as typed, ``takes_value`` is false for a switch."""

    names: tuple[str, ...]
    meaning: str
    required: bool
    takes_value: bool

    @property
    def option(self) -> bool:
        """Whether it starts with a dash."""
        return self.names[0].startswith("-")


@dataclass(frozen=True)
class Command:
    """A command by the words that are typed, without ``silesianet``."""

    words: tuple[str, ...]
    meaning: str
    parameters: tuple[Parameter, ...]

    @property
    def line(self) -> str:
        """How it is typed."""
        arguments = [
            p.names[0].upper() if p.required else f"[{p.names[0].upper()}]" for p in self.parameters if not p.option
        ]
        options = ["[OPTIONS]"] if any(p.option for p in self.parameters) else []
        return " ".join(["silesianet", *self.words, *arguments, *options])


def commands() -> tuple[Command, ...]:
    """Every command there is, in the order of the overview."""
    return tuple(command for name in (*GROUPS, *COMMANDS) for command in _of(name))


def _of(name: str) -> Iterator[Command]:
    if name in LIGHT:
        parser: argparse.ArgumentParser = import_module(COMMANDS[name][0]).parser()
        yield Command((name,), parser.description or "", tuple(_light(parser)))
    else:
        yield from _walk((name,), get_command(application(name)))


def _walk(words: tuple[str, ...], node: Any) -> Iterator[Command]:
    """Typer's own classes have no types worth naming; a group has ``commands``, one of which may go without saying."""
    for name, child in getattr(node, "commands", {}).items():
        yield from _walk(words if name == getattr(node, "default", None) else (*words, name), child)
    if not hasattr(node, "commands") and not node.hidden:
        yield Command(words, _line(node.help), tuple(map(_parameter, node.params)))


def _parameter(raw: Any) -> Parameter:
    switch = bool(getattr(raw, "is_flag", False))
    return Parameter((*raw.opts, *raw.secondary_opts), _line(raw.help), bool(raw.required), not switch)


def _light(parser: argparse.ArgumentParser) -> Iterator[Parameter]:
    for action in parser._actions:  # argparse keeps no public list
        if "--help" not in action.option_strings:
            names = tuple(action.option_strings) or (action.dest,)
            yield Parameter(names, action.help or "", action.required, action.nargs != 0)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())


def page() -> str:
    """The page, in Markdown."""
    return "\n".join(
        [
            "# Commands",
            "",
            "Commands that read take `--json` and then print one JSON document on standard output.",
            "Exit codes: 0 done · 1 findings, bad input or refused · 2 usage or unknown object ·"
            " 3 a device unreachable, failed or skipped · 4 anything rolled back.",
            *_chapters(commands()),
        ]
    )


def _chapters(found: Iterable[Command]) -> Iterator[str]:
    chapter = ""
    for command in found:
        if command.words[0] != chapter:
            chapter = command.words[0]
            meaning = (GROUPS | COMMANDS)[chapter][1]
            yield from ("", f"## {chapter}", "", meaning)
        yield from ("", f"### `{command.line}`", "", command.meaning)
        rows = [(f"`{', '.join(p.names)}`", p.meaning) for p in command.parameters if p.meaning or p.option]
        if rows:
            yield from ("", *table(("argument or option", "meaning"), rows))
    yield ""
