"""Sessions with a simulated Cisco IOS: what it is told it runs, what is not confirmed it takes back, and it says so."""

from collections.abc import Callable

import pytest

from automation.bundle import Bundle
from automation.session import Session
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory.errors import RefusedRequest
from lab.simulators.cisco_ios import CiscoIos
from lab.simulators.cisco_ios_cli import IosCli
from lab.simulators.clock import RealClock, VirtualClock
from lab.simulators.served import Served
from tests.support.ios import STARTUP, edited, secret, wanted

Serve = Callable[..., Served]
Open = Callable[..., Session]
CHANGE = "c-0001"


MINUTE = 60


@pytest.fixture
def clock() -> VirtualClock:
    """The router's time."""
    return VirtualClock()


@pytest.fixture
def router(clock: VirtualClock) -> CiscoIos:
    """The border router before its first change."""
    return CiscoIos("border", STARTUP, clock)


@pytest.fixture
def running(router: CiscoIos, serve: Serve) -> Served:
    """The router, served."""
    return serve(router)


@pytest.fixture
def session(running: Served, open_session: Open) -> Session:
    """A session with it."""
    return open_session(running, "border", secret)


@pytest.fixture
def again(running: Served, open_session: Open) -> Callable[[], Session]:
    """Another session with it."""
    return lambda: open_session(running, "border", secret)


def _small(session: Session, contact: str = "duty@city") -> str:
    """A change of few lines."""
    config = session.running().removeprefix("#! part config\n").replace("bootstrap", "to core1")
    return str(Bundle.of({"config": f"{config}snmp-server contact {contact}\nntp server 10.50.0.7\n"}))


def test_the_circle(session: Session, router: CiscoIos, running: Served) -> None:
    """What it runs after the change is what was wanted; after the undo, what it ran before."""
    before, bundle = session.running(), wanted()
    assert "service" not in before, "lines that are not ours are not looked at"
    assert session.compare(bundle)
    assert session.commit(bundle, CHANGE, 90) == CHANGE
    assert session.compare(bundle) == ""
    assert session.status().awaits(CHANGE)
    assert 0 < session.status().pending.seconds_left <= 120  # type: ignore[union-attr]
    session.confirm(CHANGE)
    assert session.status().kept(CHANGE)
    assert "s3cret" not in session.running()
    assert "aaa new-model" in running.running("border"), "nor taken away"
    running.reboot("border")
    assert "SILESIANET-CHANGE" in running.running("border"), "a confirmed change survives a restart"


def test_undone_after_it_was_confirmed(session: Session) -> None:
    before = session.running()
    session.commit(_small(session), CHANGE, 60)
    session.confirm(CHANGE)
    session.undo(CHANGE)
    assert session.compare(before) == ""
    ended = session.status().last
    assert ended is not None
    assert (ended.note, ended.outcome) == (CHANGE, "reverted")


def test_undone_while_it_waits(session: Session, running: Served) -> None:
    before = running.running("border")
    session.commit(_small(session), CHANGE, 60)
    session.undo(CHANGE)
    assert running.running("border") == before
    assert session.status().pending is None


def test_only_the_change_that_is_named_is_undone(session: Session) -> None:
    session.commit(_small(session), CHANGE, 60)
    session.confirm(CHANGE)
    session.undo("c-0000")
    assert session.status().kept(CHANGE)


def test_nothing_to_do(session: Session) -> None:
    bundle = _small(session)
    session.commit(bundle, CHANGE, 60)
    session.confirm(CHANGE)
    assert session.commit(bundle, "c-0002", 60) is None
    assert session.status().kept(CHANGE)


def test_unconfirmed_it_goes_back_by_itself(session: Session, running: Served, clock: VirtualClock) -> None:
    before = session.running()
    session.commit(_small(session), CHANGE, 61)
    running.do(lambda: clock.advance(2 * MINUTE - 1))
    pending = session.status().pending
    assert pending is not None, "timers are rounded up to minutes"
    assert pending.seconds_left == 1
    running.do(lambda: clock.advance(1))
    assert session.compare(before) == ""
    ended = session.status().last
    assert ended is not None
    assert (ended.note, ended.outcome) == (CHANGE, "reverted")
    with pytest.raises(BundleFailed, match="not kept: %No Rollback Confirmed Change pending"):
        session.confirm(CHANGE)


def test_a_session_cut_in_the_middle_leaves_it_to_the_timer(
    session: Session, running: Served, again: Callable[[], Session], clock: VirtualClock
) -> None:
    before = running.running("border")
    running.faults("border", drop_after=6)
    with pytest.raises(ConnectionLost):
        session.commit(_small(session), CHANGE, 60)
    other = again()
    assert other.status().awaits(CHANGE)
    assert "to core1" in running.running("border")
    running.do(lambda: clock.advance(MINUTE))
    assert other.status().pending is None
    assert running.running("border") == before


def test_a_restart_in_the_middle(session: Session, running: Served, again: Callable[[], Session]) -> None:
    running.faults("border", reboot_on_line="^ntp server")
    with pytest.raises(ConnectionLost):
        session.commit(_small(session), CHANGE, 60)
    running.faults("border")
    other = again()
    ended = other.status().last
    assert ended is not None
    assert (ended.note, ended.outcome) == (CHANGE, "reverted")
    assert "restarted" in ended.reason
    assert "description bootstrap" in running.running("border")


def test_a_refused_line_is_named_and_everything_put_back(session: Session, running: Served) -> None:
    before = running.running("border")
    running.faults("border", reject="ntp server")
    with pytest.raises(
        BundleFailed, match=r"'ntp server 10\.50\.0\.7' was refused: % Invalid input.*; taken back"
    ) as told:
        session.commit(_small(session), CHANGE, 60)
    assert told.value.part == "config"
    assert told.value.line
    assert running.running("border") == before


def test_a_full_disk_is_told_before_anything_is_changed(session: Session, running: Served) -> None:
    running.faults("border", disk_full=True)
    with pytest.raises(BundleRefused, match="No space left on device"):
        session.commit(_small(session), CHANGE, 60)
    assert session.status().pending is None


def test_a_confirmation_that_cannot_be_saved_is_not_green(session: Session, running: Served) -> None:
    session.commit(_small(session), CHANGE, 60)
    running.faults("border", disk_full=True)
    with pytest.raises(BundleFailed, match="confirmed, but not saved for the next restart: startup-config file open"):
        session.confirm(CHANGE)


def test_a_device_that_lies_is_found_out(session: Session, running: Served) -> None:
    before = running.running("border")
    running.faults("border", ignore_commit=True)
    with pytest.raises(BundleFailed, match=r"does not run what was committed: .* did not take; taken back"):
        session.commit(_small(session), CHANGE, 60)
    assert running.running("border") == before


def test_lines_that_come_after_the_timer_has_ended_go_too(
    session: Session, running: Served, router: CiscoIos, clock: VirtualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = running.running("border")
    lined = IosCli._lined

    def slow(cli: IosCli, line: str) -> str:
        if line.startswith("snmp-server"):
            clock.advance(MINUTE)
        return lined(cli, line)

    monkeypatch.setattr(IosCli, "_lined", slow)
    with pytest.raises(BundleFailed, match="'description to core1' did not take; taken back"):
        session.commit(_small(session), CHANGE, 60)
    assert running.running("border") == before


def test_no_session_left(running: Served, again: Callable[[], Session]) -> None:
    running.faults("border", full=True)
    with pytest.raises(DeviceUnreachable, match="connect: no session was left"):
        again()


def test_another_host_key(running: Served, again: Callable[[], Session]) -> None:
    running.change_key("border")
    with pytest.raises(DeviceUnreachable) as told:
        again()
    assert told.value.reason == "host-key"


def test_bad_credentials(running: Served, again: Callable[[], Session]) -> None:
    from lab.simulators.keys import client_key

    running.key_file.write_bytes(client_key()[0])
    with pytest.raises(DeviceUnreachable) as told:
        again()
    assert told.value.reason == "login"


def test_privileges_are_asked_for(router: CiscoIos, again: Callable[[], Session], running: Served) -> None:
    router.enable_secret = secret("enable")
    assert "interface" in again().running()
    router.enable_secret = "another"
    with pytest.raises(DeviceUnreachable, match="no privileges: % Access denied"):
        again()


def test_a_device_without_an_archive_is_refused(serve: Serve, open_session: Open) -> None:
    without = STARTUP.replace("archive\n path flash:archive\n maximum 10\n", "")
    with pytest.raises(RefusedRequest, match="its archive is off"):
        open_session(serve(CiscoIos("border", without, RealClock())), "border")


def test_a_secret_is_in_no_message_when_the_session_is_cut_on_its_line(session: Session, running: Served) -> None:
    running.faults("border", reboot_on_line="^key ")
    with pytest.raises(ConnectionLost) as told:
        session.commit(wanted(), CHANGE, 60)
    assert secret("tacacs") not in f"{told.value!r} {told.value}"


def test_a_secret_that_is_not_known_stops_it_before_it_begins(running: Served, open_session: Open) -> None:
    session = open_session(running, "border")
    with pytest.raises(RefusedRequest, match="needs the secret 'tacacs'"):
        session.commit(wanted(), CHANGE, 60)
    assert session.status() == session.status().__class__(None, None)


def test_a_second_change_waits_for_the_first(session: Session) -> None:
    session.commit(_small(session), CHANGE, 60)
    with pytest.raises(RefusedRequest, match="c-0001 still waits"):
        session.commit(_small(session, "noc@city"), "c-0002", 60)


def test_the_change_of_another_hand_is_not_taken_for_ours(session: Session, router: CiscoIos, running: Served) -> None:
    session.commit(_small(session), CHANGE, 60)
    session.confirm(CHANGE)
    running.do(lambda: router.arm(5, router.tree.copy()))
    pending = session.status().pending
    assert pending is not None
    assert not session.status().awaits(CHANGE)
    with pytest.raises(RefusedRequest, match="still waits"):
        session.commit(wanted(), "c-0002", 60)


def test_old_files_go(session: Session, router: CiscoIos) -> None:
    bundle = _small(session, "duty0@city")
    for number in range(5):
        change = f"c-000{number}"
        session.commit(edited(bundle, "duty0@", f"duty{number}@"), change, 60)
        session.confirm(change)
    assert router.files is not None
    assert len([name for name in router.files if name.startswith("sn-0")]) == 3


def test_neighbours(session: Session, router: CiscoIos) -> None:
    router.peers = {"GigabitEthernet0/0": "10.255.0.1", "GigabitEthernet0/1": "10.255.0.2"}
    assert session.neighbours() == frozenset()
    session.commit(
        edited(_small(session), " ip address 10.254.0.17", " ip ospf 1 area 0\n ip address 10.254.0.17"), CHANGE, 60
    )
    assert session.neighbours() == {"10.255.0.1"}
