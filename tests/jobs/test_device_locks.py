"""Locks of devices and of the whole network, on both databases."""

import threading

import pytest
from sqlalchemy import Engine

from automation.lease import NETWORK, Leases, LockHeld

ONE, TWO, THREE = "device:one", "device:two", "device:three"


@pytest.fixture
def leases(engine: Engine) -> Leases:
    return Leases(engine, 5)


def _silence(engine: Engine, resource: str) -> None:
    """As if the owner had given no sign of life for long."""
    with engine.execution_options(writes=True).begin() as connection:
        connection.exec_driver_sql(f"UPDATE leases SET until = 1 WHERE resource = '{resource}'")


def test_other_devices_are_free_and_shared_ones_name_device_and_holder(leases: Leases) -> None:
    with leases.hold({ONE, TWO}, holder="change c1 of anna") as first:
        with leases.hold({THREE}, holder="change c2 of jan"):
            pass
        with pytest.raises(LockHeld, match=r"^device:two: .*under way on two \(change c1 of anna, process") as told:
            leases.hold({TWO, THREE}).__enter__()
        assert told.value.where == TWO and first.held
        with leases.hold({THREE}) as free:  # all or nothing: the refused one holds nothing
            assert free.held
    with leases.hold({TWO, THREE}) as later:
        assert later.token > first.token and not first.held


def test_the_whole_network_excludes_everybody_and_is_excluded(leases: Leases) -> None:
    with leases.hold(NETWORK, holder="change c1 of anna"), pytest.raises(LockHeld, match=r"whole network .*c1 of anna"):
        leases.hold({ONE}).__enter__()
    with leases.hold({ONE}), pytest.raises(LockHeld, match="under way on one"):
        leases.hold(NETWORK).__enter__()
    with leases.hold(NETWORK):
        pass


def test_changes_from_another_revision_exclude_each_other_anywhere(leases: Leases) -> None:
    with leases.hold({ONE}, basis=5), leases.hold({TWO}, basis=5):
        with pytest.raises(LockHeld, match="from revision 5 of the inventory, this one is from 6"):
            leases.hold({THREE}, basis=6).__enter__()
        with leases.hold({THREE}) as recovering:  # works from no revision
            assert recovering.held


def test_a_silent_owner_is_broken_by_whoever_needs_the_device_and_finds_out(engine: Engine) -> None:
    slow = Leases(engine, 3600)
    with slow.hold({ONE, TWO}) as old:
        assert slow.valid(ONE, old.token)
        _silence(engine, ONE)
        assert not slow.valid(ONE, old.token)
        with slow.hold({ONE}) as new:
            assert new.token > old.token and slow.valid(ONE, new.token) and not slow.valid(ONE, old.token)
    with slow.hold(NETWORK) as whole:
        assert whole.over("one") == NETWORK and slow.valid(NETWORK, whole.token)
    _silence(engine, TWO)


def test_the_network_lock_breaks_silent_locks_of_devices(engine: Engine) -> None:
    slow = Leases(engine, 3600)
    with slow.hold({ONE}) as old:
        _silence(engine, ONE)
        with slow.hold(NETWORK):
            slow._renew(old, 3600)
            assert not old.held, "it cannot come back to life beside the new owner"


def test_many_at_once_in_any_order_never_wait_for_each_other(engine: Engine) -> None:
    """Twelve threads want overlapping pairs; all get them in the end, and no two share a device at a time."""
    leases, inside, overlaps = Leases(engine, 60), set[str](), list[str]()

    def work(names: tuple[str, ...]) -> None:
        for _ in range(3):
            with leases.hold(names, wait=120) as lease:
                overlaps.extend(inside & lease.resources)
                inside.update(names)
                inside.difference_update(names)

    pairs = [(ONE, TWO), (TWO, THREE), (THREE, ONE), (TWO, ONE)]
    threads = [threading.Thread(target=work, args=(pair,)) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not any(thread.is_alive() for thread in threads) and not overlaps
