"""Sessions with a simulated Arista EOS: what is sent takes, is taken back by the device's timer, stays when confirmed,
and the device itself tells afterwards what became of a change."""

import time
from collections.abc import Callable
from datetime import date
from typing import cast

import pytest

from automation.bundle import Bundle
from automation.render import render
from automation.session import Session
from automation.transports import arista_eos
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory import platforms
from inventory.demo.vendors import mixed_city
from inventory.errors import RefusedRequest
from lab.simulators.arista_eos import AristaEos
from lab.simulators.clock import VirtualClock
from lab.simulators.device import Simulated
from lab.simulators.served import Served
from tests.platforms.conftest import Open, Serve, login_to

DAY, CITY = date(2026, 11, 1), mixed_city()
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "arista-eos")
BOOTSTRAP = """hostname new
username silesianet privilege 15 secret sha512 $6$x
interface Ethernet1
   no switchport
   ip address 10.254.0.27/31
ip routing
ip route 0.0.0.0/0 10.254.0.26
management api http-commands
   no shutdown
"""
SMALL = """hostname r1
interface Ethernet1
 ip address 192.0.2.1/31
 no switchport
ip routing
"""
LARGER = SMALL.replace("ip routing", "interface Loopback0\n ip address 192.0.2.9/32\nip routing")

Switch = Callable[..., Simulated]


def secret(name: str) -> str:
    return f"value-of-{name}"


def bundle(config: str) -> str:
    return str(Bundle.of({"config": config}))


@pytest.fixture
def eos(serve: Serve) -> Served:
    """A small device whose time stands still until ``pass_time``."""
    return serve(AristaEos("r1", SMALL, VirtualClock()))


def device_of(running: Served) -> AristaEos:
    return cast(AristaEos, running.devices["r1"])


def pass_time(running: Served, seconds: float) -> None:
    clock = cast(VirtualClock, running.devices["r1"].clock)
    running.do(lambda: clock.advance(seconds))


def test_running_and_remediation_are_the_intended_and_undo_returns(
    serve: Serve, switched_on: Switch, open_session: Open
) -> None:
    running = serve(*(switched_on("arista-eos", BOOTSTRAP, name) for name in NAMES))
    for name in NAMES:
        session = open_session(running, name, secret)
        before, wanted = session.running(), str(render(CITY, name, DAY))
        assert session.compare(wanted)
        assert session.commit(wanted, "c1", 300) == "c1"
        assert session.running() == wanted
        assert session.compare(wanted) == ""
        assert session.commit(wanted, "c2", 300) is None
        session.undo("c1")
        assert session.running() == before
        assert "management api" in running.running(name), "what is not ours stays"


def test_from_one_device_to_another_and_back(serve: Serve, switched_on: Switch, open_session: Open) -> None:
    running = serve(switched_on("arista-eos", SMALL))
    session = open_session(running, "r1", secret)
    wanted = [str(render(CITY, name, DAY)) for name in (NAMES[0], NAMES[-1])]
    for number, text in enumerate([*wanted, wanted[0], bundle(SMALL)]):
        if session.commit(text, f"c{number}", 300) is not None:
            session.confirm(f"c{number}")
        assert session.compare(text) == ""


def test_secrets_reach_the_device_and_nothing_else(serve: Serve, switched_on: Switch, open_session: Open) -> None:
    running = serve(switched_on("arista-eos", SMALL))
    session = open_session(running, "r1", secret)
    wanted = SMALL + "tacacs-server host 192.0.2.7 key <secret:tacacs>\n"
    assert "value-of" not in session.compare(bundle(wanted))
    session.commit(bundle(wanted), "c1", 300)
    assert "<secret:tacacs>" in session.running()
    unknowing = open_session(running)
    more = wanted + "tacacs-server host 192.0.2.8 key <secret:tacacs>\n"
    session.confirm("c1")
    with pytest.raises(RefusedRequest, match=r"needs the secret 'tacacs'"):
        unknowing.commit(bundle(more), "c2", 300)
    assert session.status().pending is None


def test_the_timer_takes_back(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    before = session.running()
    session.commit(bundle(LARGER), "c1", 3725)
    pass_time(eos, 3700)
    status = session.status()
    assert status.awaits("c1")
    assert status.pending is not None
    assert status.pending.seconds_left == pytest.approx(25)
    assert session.compare(bundle(LARGER)) == ""
    pass_time(eos, 26)
    assert session.running() == before
    last = session.status().last
    assert last is not None
    assert (last.note, last.outcome) == ("c1", "reverted")
    with pytest.raises(BundleFailed, match="no longer in force"):
        session.confirm("c1")


def test_what_is_confirmed_stays_and_can_be_undone_later(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    before = session.running()
    session.commit(bundle(LARGER), "c1", 60)
    session.confirm("c1")
    pass_time(eos, 3600)
    assert open_session(eos).status().kept("c1")
    eos.reboot("r1")
    later = open_session(eos)
    assert later.status().kept("c1")
    assert later.compare(bundle(LARGER)) == ""
    later.undo("c7")
    assert later.compare(bundle(LARGER)) == ""
    later.undo("c1")
    later.undo("c1")
    assert later.running() == before
    assert not later.status().kept("c1")


def test_a_second_commit_is_refused_while_one_waits(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    session.commit(bundle(LARGER), "c1", 300)
    with pytest.raises(RefusedRequest, match="c1 still waits"):
        open_session(eos).commit(bundle(SMALL), "c2", 300)


@pytest.mark.parametrize("lost_after", range(1, 7))
def test_a_session_lost_on_the_way_leads_to_the_truth(eos: Served, open_session: Open, lost_after: int) -> None:
    """Four lines, the name of the change and the commit: only with the last one has anything happened."""
    session = open_session(eos)
    before = session.running()
    eos.faults("r1", drop_after=lost_after)
    wanted = LARGER.replace("r1", "r2")
    with pytest.raises(ConnectionLost):
        session.commit(bundle(wanted), "c1", 300)
    later = open_session(eos)
    status = later.status()
    if lost_after == 6:
        assert status.awaits("c1")
        later.undo("c1")
    else:
        assert status.pending is None
    assert later.running() == before
    last = later.status().last
    assert last is not None
    assert (last.note, last.outcome) == ("c1", "reverted")
    assert later.commit(bundle(LARGER), "c1", 300) == "c1", "nothing half typed is left"
    assert later.compare(bundle(LARGER)) == ""


def test_a_refused_line_is_named_and_nothing_has_changed(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    before = session.running()
    eos.faults("r1", reject="Loopback0")
    with pytest.raises(BundleRefused, match=r"'interface Loopback0' was refused: % Invalid") as refusal:
        session.commit(bundle(LARGER), "c1", 300)
    assert refusal.value.line == 5
    assert session.running() == before
    assert session.status().pending is None


def test_a_full_device_says_so(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    eos.faults("r1", disk_full=True)
    with pytest.raises(BundleRefused, match="No space left on device"):
        session.commit(bundle(LARGER), "c1", 300)
    eos.faults("r1")
    session.commit(bundle(LARGER), "c1", 300)
    eos.faults("r1", disk_full=True)
    with pytest.raises(BundleFailed, match=r"not saved for the next restart.*No space left"):
        session.confirm("c1")


def test_no_session_left(eos: Served, open_session: Open) -> None:
    eos.faults("r1", full=True)
    with pytest.raises(DeviceUnreachable, match="no session was left"):
        open_session(eos)


def test_a_restart_in_the_middle_of_a_change(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    before = session.running()
    eos.faults("r1", reboot_on_line="interface Loopback0")
    with pytest.raises(ConnectionLost):
        session.commit(bundle(LARGER), "c1", 300)
    eos.faults("r1")
    later = open_session(eos)
    assert later.running() == before
    later.commit(bundle(LARGER), "c2", 300)
    eos.reboot("r1")
    again = open_session(eos)
    assert again.running() == before
    last = again.status().last
    assert last is not None
    assert (last.note, last.outcome) == ("c2", "reverted")


def test_a_device_that_lies_is_found_out(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    before = session.running()
    eos.faults("r1", ignore_commit=True)
    with pytest.raises(BundleFailed, match="did not take"):
        session.commit(bundle(LARGER), "c1", 300)
    assert session.running() == before
    assert session.status().pending is None


def test_a_version_without_commit_timers_is_refused(eos: Served, open_session: Open) -> None:
    eos.do(lambda: setattr(device_of(eos), "version", "4.20.1F"))
    with pytest.raises(RefusedRequest, match=r"EOS 4.20.1F has no commit timer"):
        open_session(eos)


def test_a_wrong_prompt_is_no_endless_wait(eos: Served, open_session: Open) -> None:
    eos.faults("r1", wrong_prompt=True)
    began = time.monotonic()
    with pytest.raises(DeviceUnreachable, match="no prompt in time"):
        arista_eos.session(login_to(eos, "r1", seconds=1), platforms.load("arista-eos"))
    assert time.monotonic() - began < 5


def test_neighbours_are_those_seen(eos: Served, open_session: Open) -> None:
    session = open_session(eos)
    eos.do(lambda: device_of(eos).peers.update({"Ethernet1": "10.255.0.2"}))
    assert session.neighbours() == frozenset()
    routed = SMALL.replace(" no switchport", " ip ospf area 0.0.0.0\n no switchport")
    session.commit(bundle(routed), "c1", 300)
    assert session.neighbours() == {"10.255.0.2"}


def test_only_bundles_of_one_part_are_taken(eos: Served, open_session: Open) -> None:
    session: Session = open_session(eos)
    with pytest.raises(BundleRefused, match="one part 'config'"):
        session.compare(str(Bundle.of({"frr": "hostname x\n"})))
    with pytest.raises(BundleRefused, match="text before"):
        session.compare("hostname x\n")
