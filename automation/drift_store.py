"""What the last drift check found of each device: whoever looks for the reason of a failure asks for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Engine, delete, func, insert, select

from automation.change import State
from automation.drift import Drift
from automation.tables import changes, drift_found


@dataclass(frozen=True, slots=True)
class Finding:
    """A device at an instant (epoch seconds): whether it ran something else than intended, and how much."""

    device: str
    at: float
    drifted: bool
    text: str


class DriftStore:
    """Keeps one finding for each device."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, found: Iterable[Drift], at: float) -> None:
        """Note a check; devices that could not be read are as unknown as before."""
        rows = [{"device": d.name, "at": at, "drifted": d.drifted, "text": _words(d)} for d in found if d.reached]
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(drift_found).where(drift_found.c.device.in_([row["device"] for row in rows])))
            if rows:
                connection.execute(insert(drift_found), rows)

    def latest(self) -> list[Finding]:
        """Findings that no confirmed change has overtaken."""
        overtaken = select(func.coalesce(func.max(changes.c.updated), 0.0)).where(changes.c.state == State.CONFIRMED)
        query = select(drift_found).where(drift_found.c.at > overtaken.scalar_subquery())
        with self._engine.connect() as connection:
            return [Finding(*row) for row in connection.execute(query)]


def _words(device: Drift) -> str:
    if not device.drifted:
        return ""
    count = len(device.commands)
    more = f": {count} command{'s' if count > 1 else ''} would put it right" if count else ""
    return f"its configuration is not as intended{more}"
