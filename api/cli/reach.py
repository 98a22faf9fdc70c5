"""``silesianet reach``: who can use which e-service from where, why, and who loses it when something fails."""

from collections.abc import Iterable
from typing import Annotated, Any

import typer
from rich.table import Table

from api.cli.as_of import AsOfOption
from api.cli.equality import show_equality
from api.cli.losses import app as losses
from api.cli.output import EXIT_FINDINGS, JsonOption, console, emit_json, table
from api.cli.planning import app as planning
from api.cli.reach_past import known, print_changed, show_timeline
from api.context import Context
from api.past import Changed, PastReader
from api.watch import Now, Watch
from inventory.database.revision import parse_moment
from inventory.day import day_at
from monitoring.cell import Cell, Verdict, instant
from monitoring.matrix import Matrix
from monitoring.reachability import compute, explain
from monitoring.reachability.explain import Explanation
from monitoring.reachability.ways import Step

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__)
app.registered_commands += losses.registered_commands
app.registered_commands += planning.registered_commands
app.command("equality")(show_equality)
app.command("timeline")(show_timeline)

SYMBOLS = {
    Verdict.OK: ("+", "green", "entitled and works"),
    Verdict.LOST: ("X", "bold red", "entitled and lost"),
    Verdict.LEAK: ("!", "bold magenta", "not entitled but works"),
    Verdict.BLOCKED: (".", "dim", "not entitled and blocked"),
    Verdict.UNKNOWN: ("?", "yellow", "not known"),
}
CONTRADICTS = "*"

SiteArgument = Annotated[str, typer.Argument(metavar="SITE", help="Slug of a site.")]
ServiceArgument = Annotated[str, typer.Argument(metavar="SERVICE", help="Slug of an e-service.")]


@app.command("matrix")
def show_matrix(as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Every site and every e-service: entitled, computed and observed in one sign."""
    matrix = _at(as_of).matrix
    if as_json:
        emit_json(matrix.document())
        return
    console.print(grid(matrix))
    legend(matrix)


@app.command("site")
def show_site(site: SiteArgument, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """The e-services of one site; as of a moment of the past, also what had changed in the day before."""
    context = Context()
    watch = Watch(context)
    now = watch.at(parse_moment(as_of))
    known("site", site, now.network.site)
    changed = PastReader(context, watch).before(site, now.at) if as_of is not None else None
    _show(now, "site", site, now.matrix.at_site(site), as_json, changed)


@app.command("service")
def show_service(service: ServiceArgument, as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """One e-service at every site."""
    now = _at(as_of)
    known("service", service, now.network.service)
    _show(now, "service", service, now.matrix.of_service(service), as_json)


@app.command("explain")
def show_explanation(
    site: SiteArgument, service: ServiceArgument, as_of: AsOfOption = None, as_json: JsonOption = False
) -> None:
    """Why a site can or cannot use an e-service: the way there, what decides, the way back."""
    now = _at(as_of)
    known("site", site, now.network.site)
    known("service", service, now.network.service)
    found = explain(compute(now.network, day_at(now.matrix.at), now.down), site, service)
    cell = now.matrix.cell[site, service]
    if as_json:
        emit_json({"at": instant(now.matrix.at), **found.document(), "cell": cell.document()})
        return
    _print_explanation(found, cell)


@app.command("diff")
def show_differences(as_of: AsOfOption = None, as_json: JsonOption = False) -> None:
    """Cells where what is seen is not what is computed; exit code 1 when there are any."""
    matrix = _at(as_of).matrix
    found = matrix.disagreements
    if as_json:
        summary = {"at": instant(matrix.at), "agreement": matrix.agreement}
        emit_json({**summary, "cells": [cell.document() for cell in found]})
    else:
        _cells_table("Computed is not observed", found)
        console.print(summary_line(matrix), highlight=False)
    if found:
        raise typer.Exit(EXIT_FINDINGS)


def grid(matrix: Matrix) -> Table:
    """Sites in rows, e-services in numbered columns, a sign in each cell; ``*`` where observed contradicts computed."""
    found = Table(title=f"Sites and e-services at {instant(matrix.at)}", title_justify="left", padding=(0, 0))
    found.add_column("site", no_wrap=True)
    for number, _ in enumerate(matrix.services, 1):
        found.add_column(str(number), justify="center", min_width=2)
    for site in _users(matrix):
        found.add_row(site, *(_sign(matrix.cell[site, service]) for service in matrix.services))
    return found


def legend(matrix: Matrix) -> None:
    """What the columns and the signs are, and how well computation and observation agree."""
    console.print("  ".join(f"{n} {service}" for n, service in enumerate(matrix.services, 1)), highlight=False)
    counts = matrix.part(_users(matrix)).counts()
    signs = [f"{sign} {meaning} ({counts[verdict]})" for verdict, (sign, _, meaning) in SYMBOLS.items()]
    console.print("  ".join([*signs, f"{CONTRADICTS} observed is the opposite of computed"]), highlight=False)
    console.print(summary_line(matrix), highlight=False)


def _users(matrix: Matrix) -> list[str]:
    """Sites somebody uses e-services at, or looks from; rooms full of equipment are left out for people."""
    entitled = matrix.entitled.any(axis=1).tolist()
    return [site for site, used in zip(matrix.sites, entitled, strict=True) if used or site in matrix.vantages]


def summary_line(matrix: Matrix) -> str:
    """Agreement over the cells of sites with an agent."""
    counted = len(matrix.vantages) * len(matrix.services)
    wrong, silent = len(matrix.disagreements), matrix.silent
    return (
        f"computed = observed in {counted - wrong} of {counted} cells ({matrix.agreement:.1%}); "
        f"{wrong - silent} disagreements, {silent} cells silent"
    )


def _at(as_of: str | None) -> Now:
    return Watch(Context()).at(parse_moment(as_of))


def _sign(cell: Cell) -> str:
    sign, style, _ = SYMBOLS[cell.verdict]
    mark = CONTRADICTS if cell.contradicts else ""
    return f"[{style}]{sign}[/]{mark}"


def _show(now: Now, kind: str, slug: str, cells: Iterable[Cell], as_json: bool, changed: Changed | None = None) -> None:
    if as_json:
        shape = {"at": instant(now.matrix.at), kind: slug, "cells": [cell.document() for cell in cells]}
        emit_json(shape | ({"changed": changed.document()} if changed is not None else {}))
        return
    names: dict[str, Any] = {"site": now.network.site, "service": now.network.service}
    record = names[kind][slug]
    _cells_table(record.name if kind == "site" else f"{record.name_pl} / {record.name_en}", cells)
    if changed is not None:
        print_changed(changed)


def _cells_table(title: str, cells: Iterable[Cell]) -> None:
    columns = ("site", "e-service", "verdict", "entitled", "computed", "observed", "since", "reason")
    table(title, columns, [_row(cell) for cell in cells])


def _row(cell: Cell) -> tuple[object, ...]:
    seen = f"{cell.observed} ({cell.stage})" if cell.stage is not None else cell.observed
    reason = f"{cell.reason.fault}, {cell.reason.element}: {cell.reason.text}" if cell.reason is not None else ""
    words = (_word(cell.entitled), _word(cell.computed))
    return (cell.site, cell.service, f"{SYMBOLS[cell.verdict][0]} {cell.verdict}", *words, seen, cell.since, reason)


def _word(yes: bool) -> str:
    return "yes" if yes else "no"


def _print_explanation(found: Explanation, cell: Cell) -> None:
    console.print(f"{found.site} → {found.service}: {'works' if found.computed else 'does not work'} by computation")
    console.print(f"  decided by {found.decision}: {found.text}", highlight=False)
    _print_steps("name", found.names)
    _print_steps("needs", found.dependencies)
    for way in found.ways:
        differs = ", replies come back by other links" if way.asymmetric else ""
        console.print(f"  IPv{way.family} {'gets there' if way.works else 'is stopped'}{differs}", highlight=False)
        _print_steps("there", way.path)
        _print_steps("back", way.back)
    if not found.ways:
        _print_steps("there", found.path)
    observed = f"{cell.observed} since {cell.since}" if cell.since else cell.observed
    console.print(
        f"  entitled: {_word(found.entitled)}; observed: {observed}; verdict: {cell.verdict}", highlight=False
    )
    if cell.reason is not None:
        console.print(f"  {cell.reason.fault}, {cell.reason.element}: {cell.reason.text}", highlight=False)


def _print_steps(way: str, steps: Iterable[Step]) -> None:
    for number, step in enumerate(steps, 1):
        console.print(f"  {way} {number:>2} {'+' if step.ok else 'X'} {step.text}", highlight=False)
