"""``silesianet reach timeline``, and what had changed before the moment asked about."""

from collections.abc import Iterable
from typing import Annotated

import typer

from api.cli.output import JsonOption, console, emit_json, table
from api.context import Context
from api.past import Changed, PastReader, timeline_document
from api.watch import Watch
from inventory.database.revision import parse_moment
from inventory.errors import UnknownObject
from inventory.naming import object_name
from monitoring.cell import instant
from monitoring.timeline import Span

MOMENT = "A revision number, a date or an instant."


def show_timeline(
    site: Annotated[str, typer.Argument(metavar="SITE", help="Slug of a site.")],
    service: Annotated[str, typer.Argument(metavar="SERVICE", help="Slug of an e-service.")],
    since: Annotated[str | None, typer.Option(help=f"{MOMENT} A day before the end unless given.")] = None,
    until: Annotated[str | None, typer.Option(help=f"{MOMENT} Now unless given.")] = None,
    as_json: JsonOption = False,
) -> None:
    """What became of one e-service at one site: since when it was so, and what had changed."""
    context = Context()
    network = context.inventory.network(parse_moment(until))
    known("site", site, network.site)
    known("service", service, network.service)
    reader = PastReader(context, Watch(context))
    spans = reader.timeline(site, service, *reader.span(since, until))
    if as_json:
        emit_json(timeline_document(site, service, spans))
        return
    columns = ("from", "observed", "computed", "entitled", "verdict", "causes", "changes")
    table(f"{site} and {service}", columns, [_row(span) for span in spans])


def known(kind: str, slug: str, among: Iterable[str]) -> None:
    """UnknownObject when the inventory does not hold a site or service."""
    if slug not in among:
        raise UnknownObject(f"no such {kind}", where=slug, fix=f"`silesianet inventory list {kind}s` names them")


def print_changed(changed: Changed) -> None:
    """For people: what had changed."""
    revisions = [
        (e.revision.id, instant(e.revision.at), e.revision.who, e.revision.why, object_name(e.noun, e.slug))
        for e in changed.revisions
    ]
    title = f"What had changed since {instant(changed.since)}"
    if not (revisions or changed.elements or changed.cells):
        console.print(f"{title}: nothing", highlight=False)
        return
    table(f"{title}: the inventory", ("revision", "at", "who", "why", "object"), revisions)
    states = [(instant(s.at), s.element, "up" if s.up else "down", s.evidence) for s in changed.elements]
    table("Elements", ("at", "element", "state", "evidence"), states)
    cells = [
        (instant(spell.start / 1000), service, "ok" if spell.ok else "failed")
        for service, spells in changed.cells.items()
        for spell in spells
    ]
    table("E-services", ("at", "e-service", "observed"), sorted(cells, key=str))


def _row(span: Span) -> tuple[object, ...]:
    changes = "; ".join(f"{event.name} {event.text}" for event in span.changes)
    words = ("yes" if span.computed else "no", "yes" if span.entitled else "no")
    return (instant(span.start), span.observed, *words, span.verdict, " ".join(span.causes), changes)
