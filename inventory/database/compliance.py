"""What the last look at every device found by every rule: written when devices are held to rules, read by reports."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sqlalchemy import Column, Engine, Float, Integer, String, Table, Text, delete, insert, select

from inventory.database.metadata import metadata

compliance_found = Table(
    "compliance_found",
    metadata,
    Column("device", String(63), primary_key=True),
    Column("rule", String(32), primary_key=True),
    Column("at", Float, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("line", Integer),
    Column("text", Text, nullable=False),
)


@dataclass(frozen=True, slots=True)
class RuleFound:
    """A rule and a device at an instant (epoch seconds); line 0 stands for something that is missing."""

    device: str
    rule: str
    at: float
    verdict: str
    line: int | None
    text: str


class ComplianceStore:
    """Keeps one finding for each device and rule."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, found: Iterable[RuleFound]) -> None:
        """Note what was found of devices that were read; others are as unknown as before."""
        rows = [asdict(one) for one in found]
        with self._engine.execution_options(writes=True).begin() as connection:
            for row in rows:
                here = compliance_found.c
                connection.execute(
                    delete(compliance_found).where(here.device == row["device"], here.rule == row["rule"])
                )
            if rows:
                connection.execute(insert(compliance_found), rows)

    def latest(self) -> list[RuleFound]:
        """Everything that is known, by device and rule."""
        query = select(compliance_found).order_by(compliance_found.c.device, compliance_found.c.rule)
        with self._engine.connect() as connection:
            return [RuleFound(*row) for row in connection.execute(query)]
