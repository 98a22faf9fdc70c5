"""Many devices at once: a fault of ours stops whoever asked, and nobody reads a traceback of it before."""

import logging

import pytest

from automation.fleet import ThreadedFleet
from automation.jobs.fence import LockLost
from inventory.model.network import Network
from tests.support.devices import FakeCity, FakeSession


def _loses_the_lock(name: str, _: FakeSession) -> None:
    raise LockLost(name)


def test_a_lost_lock_rises_and_is_not_logged(city: Network, caplog: pytest.LogCaptureFixture) -> None:
    name = next(city.configured()).slug
    fleet = ThreadedFleet(city, FakeCity(city).connect, 2)
    with caplog.at_level(logging.DEBUG), pytest.raises(LockLost):
        fleet.run([name], _loses_the_lock)
    assert not [record for record in caplog.records if record.exc_info or "Traceback" in record.getMessage()]
