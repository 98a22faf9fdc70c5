"""Our own walk: every library's loops for ever on an agent whose OIDs do not increase."""

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field

from monitoring.snmp.session import Bindings, OddAnswer, Oid, Session, Value, dotted

REPETITIONS = 25


@dataclass(frozen=True, slots=True)
class Reading:
    """Scalars by object, and table columns as {index: value}; absent objects have no entry."""

    scalars: dict[Oid, Value] = field(default_factory=dict)
    columns: dict[Oid, dict[Oid, Value]] = field(default_factory=dict)

    def number(self, column: Oid, index: Oid) -> int | None:
        """The cell if it is a number."""
        value = self.columns[column].get(index)
        return value if isinstance(value, int) else None

    def text(self, column: Oid, index: Oid) -> str | None:
        """The cell if it is text that is not empty."""
        return as_text(self.columns[column].get(index))

    def indexes(self, column: Oid) -> Iterable[Oid]:
        """Rows of a column."""
        return self.columns[column]


async def read(
    session: Session, scalars: Sequence[Oid], columns: Sequence[Oid], repetitions: int = REPETITIONS
) -> Reading:
    """Read scalars (without their ``.0``) and whole columns side by side, in as few requests as the agent allows."""
    reading = Reading(columns={column: {} for column in columns})
    cursor: dict[Oid, Oid] = {column: column for column in columns}
    wanted = list(scalars)
    while cursor or wanted:
        live = list(cursor)
        bindings = await session.bulk(wanted, [cursor[column] for column in live], repetitions)
        for scalar, (name, value) in zip(wanted, bindings, strict=False):
            if name[:-1] == scalar and value is not None:
                reading.scalars[scalar] = value
        rows = bindings[len(wanted) :]
        wanted = []
        if live and not rows:
            raise OddAnswer("an empty answer to GETBULK", where=dotted(live[0]))
        _take_rows(reading, cursor, live, rows)
    return reading


def _take_rows(reading: Reading, cursor: dict[Oid, Oid], live: list[Oid], rows: Bindings) -> None:
    for position, (name, value) in enumerate(rows):
        column = live[position % len(live)]
        if column not in cursor:
            continue
        if value is None or name[: len(column)] != column:
            del cursor[column]
            continue
        _must_increase(cursor[column], name)
        cursor[column] = name
        reading.columns[column][name[len(column) :]] = value


async def subtree(session: Session, root: Oid, repetitions: int = REPETITIONS) -> AsyncIterator[tuple[Oid, Value]]:
    """Every object below ``root``, in order."""
    position = root
    while True:
        bindings = await session.bulk((), [position], repetitions)
        if not bindings:
            raise OddAnswer("an empty answer to GETBULK", where=dotted(position))
        for name, value in bindings:
            if value is None or name[: len(root)] != root:
                return
            _must_increase(position, name)
            position = name
            yield name, value


def _must_increase(before: Oid, now: Oid) -> None:
    if now <= before:
        raise OddAnswer(
            f"OID {dotted(now)} does not increase", where=dotted(before), fix="the agent is broken; stopped"
        )


def as_text(value: Value) -> str | None:
    """Text of an octet string, without padding; None when empty or not a string."""
    if not isinstance(value, bytes):
        return None
    return value.decode("utf-8", "replace").strip("\0 \t\r\n") or None
