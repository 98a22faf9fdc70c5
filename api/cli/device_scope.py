"""The options that say which devices a command is about, the same for every command."""

from typing import Annotated

import typer

from automation.change import Scope

DeviceOption = Annotated[list[str] | None, typer.Option("--device", help="Only this device; may be repeated.")]
SiteOption = Annotated[list[str] | None, typer.Option("--site", help="Only devices of this site; may be repeated.")]


def scope_of(devices: list[str] | None, sites: list[str] | None) -> Scope:
    """The scope of these options; none given is every configured device."""
    return Scope(devices=tuple(devices or ()), sites=tuple(sites or ()))
