"""The shape of every report: titled columns with units, rows of plain values, notes that say what the figures mean."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Engine

from inventory.model.network import Network
from monitoring.matrix import Matrix
from monitoring.matrix_build import build as matrix_of

type Value = str | int | float | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column: key in JSON, title for people in two languages, unit."""

    key: str
    title_pl: str
    title_en: str
    unit: str = ""


@dataclass(frozen=True)
class Report:
    """A report ready to be rendered; every row has one value per column, null where nothing is known."""

    slug: str
    title_pl: str
    title_en: str
    at: float
    columns: tuple[Column, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes_pl: tuple[str, ...] = ()
    notes_en: tuple[str, ...] = ()

    def document(self) -> dict[str, Any]:
        """The JSON shape: rows as objects."""
        keys = [column.key for column in self.columns]
        return {
            "report": self.slug,
            "title": self.title_en,
            "at": datetime.fromtimestamp(self.at, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "columns": [{"key": c.key, "title": c.title_en, "unit": c.unit} for c in self.columns],
            "rows": [dict(zip(keys, row, strict=True)) for row in self.rows],
            "notes": list(self.notes_en),
        }


@dataclass(frozen=True)
class Sources:
    """What a report is made from: the inventory, the stores behind the engine, the instant (epoch seconds)."""

    network: Network
    engine: Engine
    at: float
    options: dict[str, str] = field(default_factory=dict)
    look: Callable[[], Matrix] | None = None
    """Gives the matrix of the instant."""

    def matrix(self) -> Matrix:
        """The matrix of the instant; by computation alone where nobody looks."""
        return self.look() if self.look is not None else matrix_of(self.network, {}, {}, {}, self.at, 0.0)


@dataclass(frozen=True)
class ReportKind:
    """A report that can be asked for; ``options`` names what it understands, with a word on each."""

    slug: str
    title_pl: str
    title_en: str
    build: Callable[[Sources], Report]
    options: dict[str, str] = field(default_factory=dict)
    for_tenants: bool = False
    """Whether it tells only of what is in the network it is given, so that a part of it makes a report of that part."""
