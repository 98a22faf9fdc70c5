"""``silesianet reach loss|losses|pairs``: what fails alone and costs somebody something, and what fails in twos."""

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from api.cli.as_of import AsOfOption
from api.cli.output import JsonOption, console, emit_json, table
from api.context import Context
from api.presentation import envelope
from api.sweeping import Losses, loss_document, pair_document, toll_document
from inventory.database.revision import parse_moment
from inventory.errors import UnknownObject
from inventory.model.element import ElementKind
from monitoring.reachability import loss

app = typer.Typer(add_completion=False)

LimitOption = Annotated[int, typer.Option(min=1, help="How many to show.")]
StoreOption = Annotated[bool, typer.Option("--store", help="Store what was worked out, as the server does.")]


@app.command("loss")
def show_loss(
    element: Annotated[str, typer.Argument(help="link:SLUG, device:NAME, site:SLUG, srg:SLUG or service:SLUG")],
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who loses what if one element fails while everything else is up."""
    found = Losses(Context(), parse_moment(as_of))
    lost = loss(found.network, element, found.day)
    shown = loss_document(found.network, lost)
    if as_json:
        emit_json(shown)
        return
    rows = [(one["name"], one["people"], " ".join(one["services"])) for one in shown["institutions"]]
    table(f"Lost without {lost.element}", ("site", "people", "e-services"), rows)
    console.print(f"{len(lost.cells)} cells, {len(lost.sites)} sites, {lost.people} people", highlight=False)


@app.command("losses")
def show_losses(
    kind: Annotated[ElementKind | None, typer.Option(help="Only elements of this kind.")] = None,
    site: Annotated[str | None, typer.Option(help="Only what takes something from this site.")] = None,
    service: Annotated[str | None, typer.Option(help="Only what takes this e-service from somebody.")] = None,
    limit: LimitOption = 20,
    store: StoreOption = False,
    as_of: AsOfOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every element by what it costs when it fails alone: who stands on a single leg."""
    losses = Losses(Context(), parse_moment(as_of))
    _known("site", site, losses.network.site)
    _known("service", service, losses.network.service)
    if store:
        losses.store()
    found = [toll_document(toll) for toll in losses.taking(site, service)]
    found = [toll for toll in found if kind is None or toll["kind"] == kind]
    columns = ("element", "people", "sites", "cells", "services")
    _shown(found, limit, as_json, "What fails alone and costs most", columns, "elements cost somebody something")


@app.command("pairs")
def show_pairs(
    limit: LimitOption = 20, store: StoreOption = False, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """Pairs of routers, links and risk groups that together cost more than both alone."""
    losses = Losses(Context(), parse_moment(as_of))
    if store:
        losses.store(with_pairs=True)
    found = [pair_document(pair) for pair in losses.pairs()]
    columns = ("one", "other", "beyond", "cells", "sites", "people")
    _shown(found, limit, as_json, "What two failures take", columns, "pairs cost more than both parts alone")


def _shown(
    found: list[dict[str, Any]], limit: int, as_json: bool, title: str, columns: Sequence[str], what: str
) -> None:
    if as_json:
        emit_json(envelope(found[:limit], len(found)))
        return
    table(title, columns, [[row[column] for column in columns] for row in found[:limit]])
    console.print(f"{len(found)} {what}", highlight=False)


def _known(kind: str, slug: str | None, among: Any) -> None:
    if slug is not None and slug not in among:
        raise UnknownObject(f"no such {kind}", where=slug, fix=f"`silesianet inventory list {kind}s` names them")
