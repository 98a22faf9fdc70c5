"""Finds the one command asked for, imports only its module, turns errors into one line and an exit code."""

from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module

import typer
from typer.main import get_command

from api.cli import COMMANDS, GROUPS
from api.cli.output import EXIT_DONE, EXIT_USAGE, console, exit_code, notice
from inventory.errors import SilesiaNetError


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code (0 done, 1 findings, 2 usage, 3 unreachable, 4 rolled back)."""
    if not arguments or arguments[0] in ("--help", "-h", "help"):
        _overview()
        return EXIT_DONE if arguments else EXIT_USAGE
    name, *rest = arguments
    if name not in GROUPS and name not in COMMANDS:
        near = get_close_matches(name, [*GROUPS, *COMMANDS], n=1)
        notice(f"no command {name!r}; {f'did you mean {near[0]!r}?' if near else 'see silesianet --help'}")
        return EXIT_USAGE
    try:
        get_command(application(name)).main(rest, prog_name=f"silesianet {name}")
    except SilesiaNetError as error:
        notice(str(error))
        return exit_code(error)
    except SystemExit as ending:
        return ending.code if isinstance(ending.code, int) else EXIT_DONE
    except KeyboardInterrupt:
        notice("interrupted")
        return 130
    return EXIT_DONE


def application(name: str) -> typer.Typer:
    """The Typer application of a group or of a single command."""
    if name in GROUPS:
        module = import_module(GROUPS[name][0])
        group: typer.Typer = getattr(module, f"{name}_app", None) or module.app
        return group
    single = typer.Typer(add_completion=False)
    single.command(name)(getattr(import_module(COMMANDS[name][0]), name))
    return single


def _overview() -> None:
    console.print("Usage: silesianet COMMAND …   (silesianet COMMAND --help for one of them)\n")
    for title, entries in (("Groups", GROUPS), ("Commands", COMMANDS)):
        console.print(f"{title}:")
        for name, (_, explanation) in entries.items():
            console.print(f"  {name:<10} {explanation}", highlight=False)
