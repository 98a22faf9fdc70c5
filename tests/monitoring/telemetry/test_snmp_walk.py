"""The walk ends on every agent, however broken, and loses nothing on a sound one."""

import asyncio
from collections.abc import Sequence

import pytest

from monitoring.snmp.session import Bindings, OddAnswer, Oid, Value
from monitoring.snmp.walk import read, subtree


class Scripted:
    """An agent that answers from a table; ``limit`` cuts replies short as an agent with a small MTU does."""

    def __init__(self, objects: dict[Oid, Value], limit: int = 1000) -> None:
        self.objects, self.limit, self.requests = sorted(objects.items()), limit, 0

    async def get(self, oids: Sequence[Oid]) -> Bindings:
        known = dict(self.objects)
        return [(oid, known.get(oid)) for oid in oids]

    async def bulk(self, scalars: Sequence[Oid], columns: Sequence[Oid], repetitions: int) -> Bindings:
        self.requests += 1
        answer = [self.after(oid) for oid in scalars]
        cursor = list(columns)
        for _ in range(repetitions if columns else 0):
            row = [self.after(oid) for oid in cursor]
            answer += row
            cursor = [name for name, _ in row]
        return answer[: self.limit]

    def after(self, oid: Oid) -> tuple[Oid, Value]:
        return next(((name, value) for name, value in self.objects if name > oid), (oid, None))


class Stuck(Scripted):
    """An agent that names the same object for ever."""

    def after(self, oid: Oid) -> tuple[Oid, Value]:
        return (1, 3, 6, 1, 1, 5), 7


A, B, SCALAR = (1, 3, 6, 1), (1, 3, 6, 2), (1, 3, 5)
TABLE: dict[Oid, Value] = {}
TABLE[*SCALAR, 0] = 9
TABLE.update({(*A, i): i for i in range(1, 60)})
TABLE.update({(*B, i): -i for i in range(1, 31)})


@pytest.mark.parametrize(("repetitions", "limit"), [(25, 1000), (1, 1000), (100, 1000), (25, 7), (10, 2)])
def test_columns_of_different_length_are_read_whole(repetitions: int, limit: int) -> None:
    reading = asyncio.run(read(Scripted(TABLE, limit), (SCALAR,), (A, B), repetitions))
    assert reading.columns[A] == {(i,): i for i in range(1, 60)}
    assert reading.columns[B] == {(i,): -i for i in range(1, 31)}
    assert reading.scalars == {SCALAR: 9}


def test_columns_are_read_side_by_side() -> None:
    agent = Scripted(TABLE)
    asyncio.run(read(agent, (SCALAR,), (A, B), 60))
    assert agent.requests == 1


def test_an_oid_that_does_not_increase_ends_the_walk() -> None:
    with pytest.raises(OddAnswer, match="does not increase"):
        asyncio.run(read(Stuck({}), (), ((1, 3, 6, 1, 1),), 25))

    async def walk() -> list[Oid]:
        return [name async for name, _ in subtree(Stuck({}), (1, 3, 6, 1, 1))]

    with pytest.raises(OddAnswer, match="does not increase"):
        asyncio.run(walk())


def test_an_empty_answer_ends_the_walk() -> None:
    with pytest.raises(OddAnswer, match="empty"):
        asyncio.run(read(Scripted(TABLE, limit=0), (), (A,), 5))


def test_subtree_stops_at_its_edge() -> None:
    async def walk() -> list[Oid]:
        return [name async for name, _ in subtree(Scripted(TABLE), A, 7)]

    assert asyncio.run(walk()) == [(*A, i) for i in range(1, 60)]
