"""`silesianet up` a second time: the city is taken down and comes up as if it were new, with its history."""

import re

import pytest

from tests.support.running import RunningCity

pytestmark = pytest.mark.lab


def test_up_again_starts_from_nothing_and_keeps_the_history(running: RunningCity) -> None:
    before = running.json("inventory", "history")["count"]
    printed = running.run("up").stdout
    assert re.search(r"23 devices in [\d.]+ s: 23 done; change \w+ confirmed", printed)
    assert "computed = observed in 255 of 255 cells" in printed
    assert running.json("inventory", "history")["count"] == before
