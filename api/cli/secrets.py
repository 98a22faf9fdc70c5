"""``silesianet secrets``: whether every secret that devices need is there. Values are never shown."""

from dataclasses import dataclass

import typer

from api.cli.output import EXIT_DONE, EXIT_FINDINGS, EXIT_UNREACHABLE, JsonOption, emit_json, table
from api.context import Context
from automation.secrets.chain import Secrets, secrets_of
from automation.secrets.needed import needed
from automation.secrets.source import SecretsUnreachable
from automation.settings import SecretSettings
from inventory.day import day_at
from inventory.errors import SilesiaNetError

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)


@app.callback()
def group() -> None:
    """Secrets of devices."""


@dataclass(frozen=True)
class Checked:
    """A secret, who needs it, and which source has it; ``reason`` says why none."""

    name: str
    platforms: tuple[str, ...]
    source: str | None
    reason: str
    unreachable: bool = False


@app.command("check")
def check(as_json: JsonOption = False) -> None:
    """Say for each secret that the inventory's devices need which source has it."""
    chain = secrets_of(SecretSettings())
    sources = [source.words for source in chain.sources()]
    wanted = needed(Context().inventory.network(), day_at())
    found = [_checked(chain, name, platforms) for name, platforms in wanted.items()]
    if as_json:
        rows = [{"name": c.name, "platforms": c.platforms, "source": c.source, "reason": c.reason} for c in found]
        emit_json({"sources": sources, "secrets": rows})
    else:
        table(
            f"Secrets, asked for in {', '.join(sources) or 'no source'}",
            ("secret", "needed by", "found in", "why not"),
            [(c.name, ", ".join(c.platforms), c.source, c.reason) for c in found],
        )
    if any(c.unreachable for c in found):
        raise typer.Exit(EXIT_UNREACHABLE)
    raise typer.Exit(EXIT_DONE if all(c.source for c in found) else EXIT_FINDINGS)


def _checked(chain: Secrets, name: str, platforms: tuple[str, ...]) -> Checked:
    try:
        found = chain.found(name)
    except SilesiaNetError as fault:
        return Checked(name, platforms, None, str(fault), isinstance(fault, SecretsUnreachable))
    return Checked(name, platforms, found[0].words if found else None, "" if found else "no source has it")
