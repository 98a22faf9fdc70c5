"""Sessions through the queue of a PoP: two workers near the devices, one killed in the middle of a commit."""

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Engine

from automation.change import Scope, State
from automation.jobs.doors import Doors
from automation.jobs.errors import packed, unpacked
from automation.jobs.fence import fenced
from automation.jobs.presence import Presence
from automation.jobs.remote import Calls, RemoteConnect
from automation.jobs.store import JobStore
from automation.jobs.worker import Worker
from automation.lease import Leases
from automation.session import Session, Target
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory.errors import RefusedRequest, SilesiaNetError
from inventory.model.network import Network
from tests.support.job_worker import LEASE_SECONDS, settings
from tests.support.scene import Scene

POP, DEVICE = "pop-trynek-1", "gw-szkola-trynek"
TARGET = Target(DEVICE, "frr", ("10.0.0.1",))
BUNDLE = "#! part frr\nhostname one\n"


def _nobody(target: Target) -> Session:
    raise AssertionError(f"{target.name} is not spoken to directly")


@pytest.fixture
def way(store: JobStore, presence: Presence, city: Network) -> RemoteConnect:
    """Devices through the workers of their PoP."""
    return RemoteConnect(Calls(store, presence, 60), lambda: city, _nobody)


def test_without_a_worker_the_device_is_unreachable_and_it_is_said_what_to_do(way: RemoteConnect) -> None:
    with pytest.raises(DeviceUnreachable, match="no worker serves the queue pop-trynek-1") as told:
        way(TARGET)
    assert told.value.reason == "connect"


def test_a_worker_killed_during_a_commit_leaves_it_unknown_and_another_one_tells(
    workers: Any, way: RemoteConnect, presence: Presence, engine: Engine, until: Callable[..., None]
) -> None:
    started = {p.pid: p for p in (workers.start(POP), workers.start(POP))}
    until(lambda: len(presence.serving(POP)) == 2, "both workers are there")
    leases = Leases(engine, LEASE_SECONDS)
    with leases.hold({f"device:{DEVICE}"}) as lease:
        session = fenced(way, lease)(TARGET)
        assert session.running() == "" and session.neighbours() == {"10.0.0.1"}
        hold, lost = workers.folder / "hold-commit", list[ConnectionLost]()
        hold.touch()

        def commit() -> None:
            with pytest.raises(ConnectionLost) as told:
                session.commit(BUNDLE, "c1", 60)
            lost.append(told.value)

        thread = threading.Thread(target=commit)
        thread.start()
        until(lambda: workers.said("commit"), "the device has the commit")
        ((_, victim),) = workers.said("commit")
        workers.kill(engine, started[victim])
        thread.join(60)
        hold.unlink()
        assert lost[0].reason == "lost"
        session.close()
        again = fenced(way, lease)(TARGET)
        assert again.status().awaits("c1"), "the commit had reached the device"
        again.undo(f"{DEVICE}-1")
        assert again.running() == "" and not again.status().pending
        again.close()
    assert {pid for _, pid in workers.said("close")} == set(started) - {victim}
    assert len(workers.said("commit")) == 1, "a call whose worker died is not made again by another one"


def test_the_worker_writes_nothing_for_who_lost_the_lock(
    workers: Any, way: RemoteConnect, presence: Presence, engine: Engine, until: Callable[..., None]
) -> None:
    workers.start(POP)
    until(lambda: presence.serving(POP), "the worker is there")
    with Leases(engine, 3600).hold({f"device:{DEVICE}"}) as lease:
        late = replace(way, lease=lease)(TARGET)
        with engine.execution_options(writes=True).begin() as connection:
            connection.exec_driver_sql("UPDATE leases SET token = token + 1")
        for method, words in (("commit", (BUNDLE, "c1", 60)), ("confirm", ("x",)), ("undo", ("x",))):
            with pytest.raises(RefusedRequest, match="no longer held; nothing was sent"):
                getattr(late, method)(*words)
        with pytest.raises(RefusedRequest, match="the caller holds no lock"):
            way(TARGET).commit(BUNDLE, "c1", 60)
        assert late.running() == "" and not workers.said("commit")


def test_a_whole_change_goes_through_the_queue(scene: Scene) -> None:
    engine, stopping = scene.changes.engine, threading.Event()
    store, presence = JobStore(engine, 30), Presence(engine, 30)
    doors = Doors(scene.devices.connect, Leases(engine, 30))
    near = Worker(store, presence, doors.handlers, (POP,), settings(), poll_seconds=0.02)
    presence.seen(near.name, near.queues)
    thread = threading.Thread(target=near.run, args=(stopping,))
    thread.start()
    try:
        way = RemoteConnect(Calls(store, presence, 60), lambda: scene.city, _nobody)
        quick = scene.changes.settings.model_copy(update={"batch_seconds": 60, "health_seconds": 30})
        scene.changes = replace(scene.changes, connect=way, settings=quick)
        report = scene.apply(Scope(devices=(DEVICE,)))
    finally:
        stopping.set()
        thread.join(30)
    assert report.state is State.CONFIRMED and scene.devices.devices[DEVICE].confirmed == 1
    assert not doors.opened, "every session was closed"


@pytest.mark.parametrize(
    "error",
    [
        DeviceUnreachable("r1", "login", "key not accepted"), ConnectionLost("r1", "timeout", "no answer"),
        BundleRefused("r1", "line 3 is wrong", "nftables", 3), BundleFailed("r1", "disk full"),
        RefusedRequest("no", where="r1", fix="wait"), SilesiaNetError("odd"),
    ],
)  # fmt: skip
def test_errors_cross_the_queue_as_they_are(error: SilesiaNetError) -> None:
    again = unpacked(packed(error))
    assert type(again) is type(error) and vars(again) == vars(error) and str(again) == str(error)
