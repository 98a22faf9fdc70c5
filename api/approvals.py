"""Who approved which plan: what is applied over REST is exactly what somebody has looked at."""

import time
from dataclasses import dataclass

from sqlalchemy import Engine, delete, insert, select

from api.tables import approvals


@dataclass(frozen=True)
class Approval:
    """``at`` is epoch seconds; an approval holds for one plan of a change, not for a later one."""

    plan: str
    who: str
    at: float


class Approvals:
    """The newest approval of every change."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, change: str, plan: str, who: str) -> Approval:
        """Note an approval in the place of an earlier one."""
        approval = Approval(plan, who, time.time())
        with self._engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(approvals).where(approvals.c.change == change))
            row = {"change": change, "plan": plan, "who": who, "at": approval.at}
            connection.execute(insert(approvals).values(row))
        return approval

    def of(self, change: str) -> Approval | None:
        """The approval of a change."""
        with self._engine.connect() as connection:
            row = connection.execute(select(approvals).where(approvals.c.change == change)).first()
        return Approval(row.plan, row.who, row.at) if row else None
