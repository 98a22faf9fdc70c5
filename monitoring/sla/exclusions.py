"""Windows that do not count: announced maintenance and the like, each with a reason, who said so, and when."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import Engine, Row, insert, select, update

from inventory.errors import RefusedRequest, UnknownObject
from monitoring.cell import instant
from monitoring.sla.tables import exclusions as table


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One window, epoch seconds; without a site (or e-service) it is for all of them."""

    id: int
    site: str | None
    service: str | None
    start: float
    end: float
    reason: str
    by: str
    at: float
    withdrawn_by: str | None = None
    withdrawn_at: float | None = None

    def concerns(self, site: str, service: str) -> bool:
        """Whether a cell is meant; never once the window is withdrawn."""
        meant = self.site in (None, site) and self.service in (None, service)
        return meant and self.withdrawn_at is None

    def document(self) -> dict[str, Any]:
        """The JSON shape; ``announced`` tells whether the window was known before it began."""
        times = {name: instant(getattr(self, name)) for name in ("start", "end", "at", "withdrawn_at")}
        return {"slug": str(self.id), **asdict(self), **times, "announced": self.at <= self.start}


class ExclusionStore:
    """Windows are added and withdrawn, never changed or deleted: what was counted can be told afterwards."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def all(self) -> list[Exclusion]:
        """Every window, the withdrawn ones too, in the order in which they were given."""
        with self._engine.connect() as connection:
            return list(_read(connection.execute(select(table).order_by(table.c.id)).all()))

    def add(
        self, span: tuple[float, float], reason: str, by: str, at: float, site: str | None, service: str | None
    ) -> Exclusion:
        """Add a window."""
        row = {"site": site, "service": service, "start": span[0], "end": span[1]}
        with self._engine.execution_options(writes=True).begin() as connection:
            done = connection.execute(insert(table).values(**row, reason=reason, by=by, at=at).returning(table))
            return next(_read(done.all()))

    def withdraw(self, number: int, by: str, at: float) -> Exclusion:
        """Take a window back; UnknownObject, or RefusedRequest when it was taken back before."""
        where = {"where": f"exclusion {number}"}
        with self._engine.execution_options(writes=True).begin() as connection:
            found = next(_read(connection.execute(select(table).where(table.c.id == number)).all()), None)
            if found is None:
                raise UnknownObject("no such window", **where, fix="see /api/v1/sla/exclusions")
            if found.withdrawn_at is not None:
                raise RefusedRequest(f"the window was withdrawn by {found.withdrawn_by}", **where)
            change = update(table).where(table.c.id == number).values(withdrawn_by=by, withdrawn_at=at)
            return next(_read(connection.execute(change.returning(table)).all()))


def _read(rows: Iterable[Row[Any]]) -> Iterator[Exclusion]:
    return (Exclusion(**row._mapping) for row in rows)
