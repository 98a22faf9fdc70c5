"""Parts of the agent: a bounded spool that survives damage, a clock that does not jump."""

import asyncio
import socket
import sqlite3
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest

from monitoring.agent.agent import Orders
from monitoring.agent.clock import Clock
from monitoring.agent.rounds import Pace, Rounds
from monitoring.agent.spool import Spool


def results(start: int, count: int = 10) -> list[dict[str, int]]:
    return [{"at": at} for at in range(start, start + count)]


def test_the_spool_gives_back_the_oldest_first_and_forgets_what_was_sent(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for start in (0, 10, 20):
        spool.add(results(start))
    mark, found = spool.oldest(15)
    assert [r["at"] for r in found] == list(range(20))
    spool.forget(mark)
    spool.close()
    again = Spool(tmp_path)
    assert (again.count, again.oldest(99)[1]) == (10, results(20))


def test_the_spool_is_bounded_and_drops_the_oldest(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most=25)
    for start in range(0, 100, 10):
        spool.add(results(start))
    assert (spool.count, spool.oldest(99)[1], spool.dropped) == (20, results(80, 20), 80)


def test_a_damaged_spool_is_put_aside(tmp_path: Path) -> None:
    (tmp_path / "spool.sqlite").write_bytes(b"not a database" * 100)
    spool = Spool(tmp_path)
    spool.add(results(0))
    assert spool.count == 10
    assert (tmp_path / "spool.damaged").exists()
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect(tmp_path / "spool.damaged").execute("SELECT 1 FROM sqlite_master")


def test_the_clock_follows_the_server_only_when_it_is_far_off() -> None:
    ticks = [100.0]
    clock = Clock(wall=lambda: 5000.0, ticks=lambda: ticks[0])
    ticks[0] += 7
    assert clock.now() == 5007.0
    for close in (formatdate(5006, usegmt=True), None, "yesterday"):
        clock.agree(close)
    assert clock.now() == 5007.0
    assert clock.offset == -7.0, "the machine's own clock stood still"
    clock.agree(formatdate(9000, usegmt=True))
    assert (clock.now(), clock.offset) == (9000.5, -4000.5)
    ticks[0] += 1
    assert clock.now() == 9001.5


def test_an_answer_that_was_stuck_on_the_way_does_not_turn_the_clock_back() -> None:
    clock = Clock(wall=lambda: 5000.0, ticks=lambda: 100.0)
    clock.agree(formatdate(4995, usegmt=True), waited=6.0)
    assert clock.now() == 5000.0, "it was dated when it was asked for"
    clock.agree(formatdate(4985, usegmt=True), waited=6.0)
    assert clock.now() == 4991.5, "the platform's clock was behind all the time"


def test_a_list_may_ask_for_longer_pauses_but_not_for_shorter_ones(tmp_path: Path) -> None:
    orders = Orders("http://x", tmp_path, tmp_path)
    assert orders.at_pace({}) == (1.0, 15.0)
    assert orders.at_pace({"push": 60, "refresh": 0.1}) == (60.0, 15.0)
    assert orders.at_pace({"push": 1e9, "refresh": None}) == (600.0, 15.0)


def test_a_list_sets_the_pace_and_what_it_does_not_say_is_as_ever() -> None:
    assert Pace.parse({}) == Pace(2.0, 2.0)
    assert Pace.parse({"period": 300, "recheck": 10}) == Pace(300.0, 10.0)


def test_a_result_unlike_the_one_before_is_checked_again_soon() -> None:
    async def main() -> list[bool]:
        told: list[dict[str, Any]] = []
        with socket.create_server(("127.0.0.1", 0)) as listener:
            rounds = Rounds(Clock(), told.append, None)
            probe = {"service": "x", "kind": "tcp", "name": "x.test", "addresses": ["127.0.0.1"]}
            port = listener.getsockname()[1]
            rounds.follow({"period": 0.6, "recheck": 0.1, "timeout": 0.5, "probes": [{**probe, "port": port}]})
            await asyncio.sleep(0.3)
        await asyncio.sleep(0.75)
        rounds.stop()
        return [r["ok"] for r in told]

    assert asyncio.run(main()) == [True, False, False]
