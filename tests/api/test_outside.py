"""Threads moved into another network still reach the database, by a worker that stayed outside."""

import os
import threading
import time

import pytest
from sqlalchemy import Engine

from api.outside import Outside, OutsideStates
from monitoring.elements import ElementState


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may leave its network")
def test_a_thread_without_a_network_keeps_what_it_saw(engine: Engine) -> None:
    outside = Outside()
    states = OutsideStates(engine, outside)
    seen: list[object] = []

    def inside() -> None:
        os.unshare(os.CLONE_NEWNET)
        states.record_all([ElementState("service:wbo", False, "no answer", time.time())])
        seen.append(set(states.down()))

    engine.dispose()
    thread = threading.Thread(target=inside)
    thread.start()
    thread.join(20)
    outside.stop()
    assert seen == [{"service:wbo"}]
