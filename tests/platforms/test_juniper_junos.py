"""Sessions with a simulated Juniper Junos: what is sent takes, is taken back by the device's timer, stays when
confirmed, and the device's own history tells afterwards what became of a change."""

import time
from datetime import date
from typing import cast

import pytest

from automation.bundle import Bundle
from automation.render import render
from automation.session import Session
from automation.settings import ConfigurationSettings
from automation.transports import juniper_junos
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory import platforms
from inventory.demo.vendors import mixed_city
from inventory.errors import RefusedRequest
from lab.simulators.clock import VirtualClock
from lab.simulators.device import Cli
from lab.simulators.juniper_junos import JuniperJunos
from lab.simulators.served import Served
from tests.platforms.conftest import Open, Serve, login_to

DAY, CITY = date(2026, 11, 1), mixed_city()
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "juniper-junos")
SERVERS = ConfigurationSettings(
    syslog_servers=("10.50.0.5",), ntp_servers=("10.50.0.5",), tacacs_servers=("10.50.0.7", "10.50.0.8")
)
BOOTSTRAP = """set version 22.4R3.25
set system host-name new
set system root-authentication encrypted-password "$6$abc$def"
set system login user silesianet class super-user
set system services ssh
set system services netconf ssh
set system syslog file messages any notice
set interfaces fxp0 unit 0 family inet address 172.31.0.6/24
set interfaces ge-0/0/7 unit 0 family inet address 198.18.0.1/24
deactivate interfaces ge-0/0/7
set routing-options static route 198.18.1.0/24 next-hop 198.18.0.2
"""
SMALL = """set system host-name r1
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/31
"""
LOOPBACK = "set interfaces lo0 unit 0 family inet address 192.0.2.9/32\n"
LARGER = SMALL + LOOPBACK


def secret(name: str) -> str:
    return f"value-of-{name}"


def bundle(config: str) -> str:
    return str(Bundle.of({"config": config}))


@pytest.fixture
def junos(serve: Serve) -> Served:
    """A small device whose time stands still until ``pass_time``."""
    return serve(JuniperJunos("r1", SMALL, VirtualClock()))


def device_of(running: Served) -> JuniperJunos:
    return cast(JuniperJunos, running.devices["r1"])


def pass_time(running: Served, seconds: float) -> None:
    clock = cast(VirtualClock, running.devices["r1"].clock)
    running.do(lambda: clock.advance(seconds))


def somebody(running: Served, *lines: str) -> Cli:
    """Another person at the device's command line."""

    def typing() -> Cli:
        cli = running.devices["r1"].cli()
        for line in lines:
            cli.enter(line)
        return cli

    return running.do(typing)


def outcome(session: Session) -> tuple[str, str, str]:
    last = session.status().last
    assert last is not None
    return last.note, last.outcome, last.reason


def test_running_and_remediation_are_the_intended_and_undo_returns(serve: Serve, open_session: Open) -> None:
    running = serve(*(JuniperJunos(name, BOOTSTRAP, VirtualClock()) for name in NAMES))
    for name in NAMES:
        session = open_session(running, name, secret)
        before, wanted = session.running(), str(render(CITY, name, DAY, SERVERS))
        assert session.compare(wanted)
        assert session.commit(wanted, "c1", 300) == "c1"
        assert session.running() == wanted
        assert session.compare(wanted) == ""
        assert session.commit(wanted, "c2", 300) is None
        for line in ("root-authentication", "services netconf ssh", "file messages any notice", "fxp0"):
            assert line in running.running(name), "what is not ours stays"
        assert "value-of" not in running.running(name)
        session.undo("c1")
        assert session.running() == before


def test_from_one_device_to_another_and_back(junos: Served, open_session: Open) -> None:
    session = open_session(junos, "r1", secret)
    wanted = [str(render(CITY, name, DAY)) for name in (NAMES[0], NAMES[-1])]
    for number, text in enumerate([*wanted, wanted[0], bundle(SMALL)]):
        if session.commit(text, f"c{number}", 300) is not None:
            session.confirm(f"c{number}")
        assert session.compare(text) == ""


def test_secrets_reach_the_device_and_nothing_else(serve: Serve, open_session: Open) -> None:
    startup = SMALL + "set system radius-server 192.0.2.8 secret guessed\n"
    running = serve(JuniperJunos("r1", startup, VirtualClock()))
    session = open_session(running, "r1", secret)
    assert "$9$" not in session.running()
    wanted = SMALL + "set system tacplus-server 192.0.2.7 secret <secret:tacacs>\n"
    assert "value-of" not in session.compare(bundle(wanted))
    session.commit(bundle(wanted), "c1", 300)
    assert "<secret:tacacs>" in session.running()
    session.confirm("c1")
    unknowing = open_session(running)
    more = wanted + "set system tacplus-server 192.0.2.9 secret <secret:tacacs>\n"
    with pytest.raises(RefusedRequest, match=r"needs the secret 'tacacs'"):
        unknowing.commit(bundle(more), "c2", 300)
    assert session.status().pending is None


def test_the_timer_takes_back(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    before = session.running()
    session.commit(bundle(LARGER), "c1", 3725)
    pass_time(junos, 3700)
    status = session.status()
    assert status.awaits("c1")
    assert status.pending is not None
    assert status.pending.seconds_left == pytest.approx(3780 - 3700), "whole minutes, rounded up"
    assert session.compare(bundle(LARGER)) == ""
    pass_time(junos, 81)
    assert session.running() == before
    assert outcome(session) == ("c1", "reverted", "its timer ended")
    with pytest.raises(BundleFailed, match="no longer in force"):
        session.confirm("c1")


def test_what_is_confirmed_stays_and_can_be_undone_later(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    before = session.running()
    session.commit(bundle(LARGER), "c1", 60)
    session.confirm("c1")
    session.confirm("c1")
    pass_time(junos, 3600)
    assert open_session(junos).status().kept("c1")
    junos.reboot("r1")
    later = open_session(junos)
    assert later.status().kept("c1")
    assert later.compare(bundle(LARGER)) == ""
    later.undo("c7")
    assert later.compare(bundle(LARGER)) == ""
    later.undo("c1")
    later.undo("c1")
    assert later.running() == before
    assert outcome(later) == ("c1", "reverted", "taken back")


def test_a_second_commit_is_refused_while_one_waits(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    session.commit(bundle(LARGER), "c1", 300)
    with pytest.raises(RefusedRequest, match="c1 still waits"):
        open_session(junos).commit(bundle(SMALL), "c2", 300)
    session.undo("c1")
    somebody(junos, "configure", "set system host-name r2", "commit confirmed 5")
    with pytest.raises(RefusedRequest, match="of silesianet still waits"):
        session.commit(bundle(SMALL), "c2", 300)


@pytest.mark.parametrize("lost_after", range(1, 7))
def test_a_session_lost_on_the_way_leads_to_the_truth(junos: Served, open_session: Open, lost_after: int) -> None:
    """One look, two lines, the commit, two farewells: only with the commit has anything happened."""
    session = open_session(junos)
    before = session.running()
    junos.faults("r1", drop_after=lost_after)
    with pytest.raises(ConnectionLost):
        session.commit(bundle(LARGER.replace("r1", "r2")), "c1", 300)
    later = open_session(junos)
    status = later.status()
    if lost_after >= 4:
        assert status.awaits("c1")
        later.undo("c1")
        assert outcome(later) == ("c1", "reverted", "taken back")
    else:
        assert (status.pending, status.last) == (None, None)
    assert later.running() == before
    later.commit(bundle(LARGER), "c2", 300)
    assert later.status().awaits("c2"), "no lock is left"


def test_a_refused_line_is_named_and_nothing_has_changed(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    before = session.running()
    junos.faults("r1", reject="lo0")
    with pytest.raises(BundleRefused, match=r"'set interfaces lo0 .*' was refused: syntax error") as refusal:
        session.commit(bundle(LARGER), "c1", 300)
    assert refusal.value.line == 3
    junos.faults("r1")
    with pytest.raises(BundleRefused, match=r"commit was refused: .*Referenced filter 'F' is not defined"):
        session.commit(bundle(SMALL + "set interfaces ge-0/0/0 unit 0 family inet filter input F\n"), "c1", 300)
    assert session.running() == before
    assert session.status().pending is None
    session.commit(bundle(LARGER), "c1", 300)


def test_a_lock_held_by_somebody_else_is_told(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    other = somebody(junos, "configure exclusive")
    with pytest.raises(BundleRefused, match=r"cannot be had alone: .*locked by: silesianet terminal"):
        session.commit(bundle(LARGER), "c1", 300)
    junos.do(other.hung_up)
    other = somebody(junos, "configure", "set system host-name theirs")
    with pytest.raises(BundleRefused, match="database modified"):
        session.commit(bundle(LARGER), "c1", 300)
    junos.do(lambda: other.enter("rollback 0"))
    session.commit(bundle(LARGER), "c1", 300)
    lock = somebody(junos, "configure exclusive")
    with pytest.raises(BundleFailed, match="locked by"):
        session.confirm("c1")
    junos.do(lock.hung_up)
    session.confirm("c1")


def test_what_others_commit_meanwhile_is_theirs(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    session.commit(bundle(LARGER), "c1", 300)
    somebody(junos, "configure", "commit check")
    assert outcome(session) == ("c1", "confirmed", "its timer does not run any more")
    somebody(junos, "configure", "set system host-name theirs", "commit")
    assert session.status().kept("c1")
    with pytest.raises(BundleFailed, match="silesianet has committed since"):
        session.undo("c1")
    assert "theirs" in session.running()


def test_a_late_confirmation_keeps_nothing(junos: Served, open_session: Open) -> None:
    """The timer ends between the question and the confirmation."""
    session = open_session(junos)
    session.commit(bundle(LARGER), "c1", 60)
    pass_time(junos, 61)
    somebody(junos, "configure", 'commit comment "sn c1 confirmed"')
    assert outcome(session) == ("c1", "reverted", "its timer had ended when it was confirmed")


def test_a_full_device_says_so(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    before = session.running()
    junos.faults("r1", disk_full=True)
    with pytest.raises(BundleRefused, match="No space left on device"):
        session.commit(bundle(LARGER), "c1", 300)
    assert session.running() == before
    junos.faults("r1")
    session.commit(bundle(LARGER), "c1", 300)
    junos.faults("r1", disk_full=True)
    with pytest.raises(BundleFailed, match="No space left"):
        session.confirm("c1")
    assert session.status().awaits("c1")


def test_no_session_left(junos: Served, open_session: Open) -> None:
    junos.faults("r1", full=True)
    with pytest.raises(DeviceUnreachable, match="no session was left"):
        open_session(junos)


def test_a_restart_in_the_middle_of_a_change(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    before = session.running()
    junos.faults("r1", reboot_on_line="set interfaces lo0")
    with pytest.raises(ConnectionLost):
        session.commit(bundle(LARGER), "c1", 300)
    junos.faults("r1")
    later = open_session(junos)
    assert later.running() == before
    assert later.status().last is None
    later.commit(bundle(LARGER), "c2", 300)
    junos.reboot("r1")
    again = open_session(junos)
    assert again.running() == before
    assert outcome(again) == ("c2", "reverted", "its timer ended")
    junos.do(lambda: setattr(device_of(junos), "after_restart", "kept"))
    again.commit(bundle(LARGER), "c3", 300)
    junos.reboot("r1")
    kept = open_session(junos)
    assert kept.status().kept("c3")
    kept.undo("c3")
    assert kept.running() == before


def test_a_device_that_lies_is_found_out(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    before = session.running()
    junos.faults("r1", ignore_commit=True)
    with pytest.raises(BundleFailed, match="did not take"):
        session.commit(bundle(LARGER), "c1", 300)
    assert session.running() == before
    assert session.status().pending is None


@pytest.mark.parametrize("version", ["12.3R1.7", "unknown"])
def test_a_version_that_is_not_known_is_refused(junos: Served, open_session: Open, version: str) -> None:
    junos.do(lambda: setattr(device_of(junos), "version", version))
    with pytest.raises(RefusedRequest, match=r"has no confirmed commits that are known to work"):
        open_session(junos)


def test_a_wrong_prompt_is_no_endless_wait(junos: Served) -> None:
    junos.faults("r1", wrong_prompt=True)
    began = time.monotonic()
    with pytest.raises(DeviceUnreachable, match="no prompt in time"):
        juniper_junos.session(login_to(junos, "r1", seconds=1), platforms.load("juniper-junos"))
    assert time.monotonic() - began < 20


def test_neighbours_are_those_seen(junos: Served, open_session: Open) -> None:
    session = open_session(junos)
    junos.do(lambda: device_of(junos).peers.update({"ge-0/0/0.0": "10.255.0.2"}))
    assert session.neighbours() == frozenset()
    session.commit(bundle(SMALL + "set protocols ospf area 0.0.0.0 interface ge-0/0/0.0 metric 5\n"), "c1", 300)
    assert session.neighbours() == {"10.255.0.2"}


def test_only_bundles_of_set_lines_are_taken(junos: Served, open_session: Open) -> None:
    session: Session = open_session(junos)
    with pytest.raises(BundleRefused, match="one part 'config'"):
        session.compare(str(Bundle.of({"frr": "hostname x\n"})))
    with pytest.raises(BundleRefused, match="text before"):
        session.compare("hostname x\n")
    with pytest.raises(BundleRefused, match="neither sets nor deactivates") as refusal:
        session.compare(bundle("set system host-name r1\nhostname x\n"))
    assert refusal.value.line == 2
