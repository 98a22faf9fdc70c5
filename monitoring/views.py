"""Results of probes run elsewhere than at a site, at a PoP or on a device: kept apart, they never confirm a site."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Engine, select

from monitoring.cell import instant
from monitoring.observation import Observation
from monitoring.tables import views
from monitoring.upsert import put


class Vantage(StrEnum):
    """What kind of place a probe is run at; only ``site`` is where users are."""

    SITE = "site"
    POP = "pop"
    DEVICE = "device"


@dataclass(frozen=True, slots=True)
class View:
    """The newest result of one e-service from one vantage that is no site."""

    kind: Vantage
    vantage: str
    service: str
    at: float
    ok: bool
    stage: str | None
    ms: float | None
    text: str
    families: dict[str, str]

    def document(self) -> dict[str, Any]:
        """As JSON; ``at`` is RFC 3339."""
        shape: dict[str, Any] = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {"slug": f"{self.kind}:{self.vantage}:{self.service}"} | shape | {"at": instant(self.at)}


class ViewStore:
    """The newest result by (kind, vantage, service)."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, kind: Vantage, vantage: str, results: Iterable[Observation]) -> None:
        """Keep results; of one e-service the last given counts. A site's own results do not belong here."""
        if kind is Vantage.SITE:
            raise ValueError("results of a site are observations")
        rows = {r.service: _row(kind, vantage, r) for r in results}
        if rows:
            with self._engine.execution_options(writes=True).begin() as connection:
                put(connection, views, list(rows.values()))

    def all(self) -> Iterator[View]:
        """Everything, by vantage and e-service."""
        order = views.c.kind, views.c.vantage, views.c.service
        with self._engine.connect() as connection:
            for row in connection.execute(select(views).order_by(*order)):
                yield View(**dict(row._mapping) | {"kind": Vantage(row.kind)})


def _row(kind: Vantage, vantage: str, r: Observation) -> dict[str, Any]:
    told = {"at": r.at, "ok": r.ok, "stage": r.stage, "ms": r.ms, "text": r.text, "families": dict(r.families)}
    return {"kind": str(kind), "vantage": vantage, "service": r.service, **told}
