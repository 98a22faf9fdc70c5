"""Tables of a rehearsal and of advice for people."""

from collections.abc import Iterable

from api.cli.output import console, table
from inventory.diff import Changes
from monitoring.reachability.advice import Advice, Rehearsal, Worth
from monitoring.reachability.cells import Cells
from monitoring.reachability.sweep import Toll


def show_rehearsal(changes: Changes, found: Rehearsal) -> None:
    """What would change, and what that does."""
    _say([*changes.lines(), f"{changes.summary}; nothing was written"])
    for title, difference in (("by design", found.designed), ("with what is down", found.now)):
        for word, cells in (("lost", difference.lost), ("gained", difference.gained)):
            if cells:
                table(f"Cells {word} {title}", ("site", "e-services"), _by_site(cells))
    rows = [(s.element, _toll(s.before), _toll(s.after), "worse" if s.worse else "better") for s in found.shifts]
    if rows:
        table("What the failure of an element costs", ("element", "before", "after", ""), rows)
    _say(f"new single point of failure: {element}" for element in found.new_spofs)
    _say(f"no longer a single point of failure: {element}" for element in found.vanished_spofs)
    _say(f"link:{f.link} shares {', '.join(f.srgs)} with link:{f.beside}: no redundancy there" for f in found.fakes)
    effect = found.document()["overloads"]
    for word in ("new", "vanished"):
        _say(f"{word} overload: {row['link']} at {row['share']:.0%}, {_cause(row['failure'])}" for row in effect[word])
    if not (rows or found.designed.lost or found.designed.gained or any(effect.values())):
        console.print("nothing is lost, gained, better or worse")


def show_advice(found: Advice) -> None:
    """What to build, in that order, and what was refused."""
    columns = ("line", "medium", "cost over the years", "saved a year", "saved per PLN", "in the failure of")
    table("Lines worth building", columns, [_worth(worth, found.years) for worth in found.picks])
    for worth in found.refused:
        c, shares = worth.candidate, ", ".join(worth.without)
        _say([f"refused: {c.slug}: {worth.reason}{f' ({shares})' if shares else ''}; saves {worth.saved:,.0f} a year"])
    kept = f"{found.before:,.0f} person-service-hours a year expected to be lost, {found.after:,.0f} after"
    _say([f"{kept}; computed anew cell by cell: {found.proven:,.0f} saved for {found.cost:,.0f} PLN"])
    _say([f"{found.considered} lines considered, over {found.years:g} years"])


def _worth(worth: Worth, years: float) -> tuple[str, ...]:
    c, cost = worth.candidate, worth.candidate.cost(years)
    line = f"{c.slug}: {c.b} to {c.a}" + (f" by {c.provider}" if c.provider else "")
    figures = f"{cost:,.0f} PLN", f"{worth.saved:,.0f}", f"{worth.per_pln(years):.2f}"
    return (line, str(c.medium), *figures, "\n".join(worth.in_failures))


def _by_site(cells: Cells) -> list[tuple[str, str]]:
    held: dict[str, list[str]] = {}
    for site, service in cells:
        held.setdefault(site, []).append(service)
    return [(site, " ".join(services)) for site, services in held.items()]


def _toll(toll: Toll | None) -> str:
    return "" if toll is None else f"{toll.people} people, {toll.sites} sites, {toll.cells} cells"


def _cause(failure: str | None) -> str:
    return "with everything up" if failure is None else f"without {failure}"


def _say(lines: Iterable[str]) -> None:
    for line in lines:
        console.print(line, highlight=False)
