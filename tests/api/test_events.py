"""Events: coalesced, bounded, complete after an absence, ended with the server."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from api.events import QUEUE_LENGTH, RESYNC, EventHub
from api.watch import Picture, difference
from tests.support.api import House


class Scene:
    """A hub over a state the test changes."""

    def __init__(self, period: float = 0.02) -> None:
        self.state: dict[str, Any] = {"matrix": 0}
        self.hub = EventHub(lambda: dict(self.state), lambda topic, before, after: [before, after], period)
        self.looks = 0

    async def follow(self) -> AsyncIterator[bytes]:
        """An open page: everything after the greeting and the first state."""
        stream = self.hub.stream()
        assert await anext(stream) == b"retry: 2000\n\n"
        assert await _soon(stream) == RESYNC
        return stream


async def _soon(stream: AsyncIterator[bytes]) -> bytes:
    return await asyncio.wait_for(anext(stream), 5)


def test_a_change_reaches_every_page_once() -> None:
    async def play() -> None:
        scene = Scene()
        running = asyncio.create_task(scene.hub.run())
        pages = [await scene.follow() for _ in range(3)]
        waiting = [asyncio.create_task(_soon(page)) for page in pages]
        await asyncio.sleep(0.1)
        scene.state["matrix"] = 1
        scene.state["matrix"] = 2
        assert {await message for message in waiting} == {b"event: matrix\ndata: [0,2]\n\n"}
        scene.hub.stop()
        await running

    asyncio.run(play())


def test_a_page_that_does_not_read_is_told_to_start_afresh() -> None:
    async def play() -> None:
        hub = Scene().hub
        async with hub.subscription() as slow:
            for number in range(QUEUE_LENGTH + 1):
                hub.publish("matrix", number)
            assert slow.queue.qsize() == 1
            assert slow.queue.get_nowait() == RESYNC

    asyncio.run(play())


def test_a_page_that_comes_later_begins_afresh_without_waiting_for_a_look() -> None:
    async def play() -> None:
        scene = Scene(period=60)
        running = asyncio.create_task(scene.hub.run())
        await scene.follow()
        scene.state["matrix"] = 1
        await scene.follow()
        scene.hub.stop()
        await running

    asyncio.run(play())


def test_nobody_looks_while_nobody_listens() -> None:
    async def play() -> None:
        looks: list[int] = []

        def look() -> dict[str, Any]:
            looks.append(1)
            return {}

        hub = EventHub(look, lambda *_: None, 0.01)
        running = asyncio.create_task(hub.run())
        await asyncio.sleep(0.1)
        assert looks == []
        async with hub.subscription():
            await asyncio.sleep(0.1)
        seen = len(looks)
        assert seen > 1
        await asyncio.sleep(0.1)
        assert len(looks) <= seen + 1
        hub.stop()
        await running

    asyncio.run(play())


def test_the_end_is_no_reason_to_look() -> None:
    async def play() -> None:
        looks: list[int] = []

        def look() -> dict[str, Any]:
            looks.append(1)
            return {}

        hub = EventHub(look, lambda *_: None, 0.01)
        running = asyncio.create_task(hub.run())
        await asyncio.sleep(0)
        hub.stop()
        await running
        assert looks == []

    asyncio.run(play())


def test_a_fault_of_one_look_does_not_end_the_stream() -> None:
    async def play() -> None:
        answers = iter([{"matrix": 0}, None, {"matrix": 1}])

        def look() -> dict[str, Any]:
            answer = next(answers, {"matrix": 1})
            if answer is None:
                raise OSError("the database is busy")
            return answer

        hub = EventHub(look, lambda topic, before, after: after, 0.02)
        running = asyncio.create_task(hub.run())
        page = hub.stream()
        assert [await anext(page), await _soon(page)] == [b"retry: 2000\n\n", RESYNC]
        assert b"data: 1" in await _soon(page)
        hub.stop()
        await running

    asyncio.run(play())


def test_what_is_told_is_what_changed(own_house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    own_house.observe()
    watch = own_house.app.state.watch
    before = watch.snapshot()["matrix"]
    own_house.observe(also=frozenset({("kamera-rynek", "wbo")}))
    now = watch.look(own_house.context.inventory.network(), watch.now().at + 1)
    told = difference("matrix", before, Picture(now.matrix, frozenset(now.down)))
    assert [(c["site"], c["service"], c["verdict"]) for c in told["cells"]] == [("kamera-rynek", "wbo", "leak")]
    assert told["more"] == 0
    monkeypatch.setattr("api.watch.MOST_TOLD", 0)
    told = difference("matrix", before, Picture(now.matrix, frozenset(now.down)))
    assert (told["cells"], told["more"]) == ([], 1), "too many to be told one by one"
