"""Sessions with a simulated Huawei VRP8: what is sent takes, is taken back by the device's timer, stays when confirmed,
and the device itself tells afterwards what became of a change."""

import time
from collections.abc import Callable
from datetime import date
from typing import cast

import pytest

from automation.bundle import Bundle
from automation.remediation import commands
from automation.render import render
from automation.session import Session
from automation.transports import huawei_vrp
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory import platforms
from inventory.demo.vendors import mixed_city
from inventory.errors import RefusedRequest
from lab.simulators.clock import VirtualClock
from lab.simulators.device import Simulated
from lab.simulators.huawei_vrp import HuaweiVrp
from lab.simulators.served import Served
from tests.platforms.conftest import Open, Serve, login_to

DAY, CITY = date(2026, 11, 1), mixed_city()
NAMES = sorted(d.slug for d in CITY.configured() if d.platform == "huawei-vrp")
BOOTSTRAP = """sysname new
router id 10.255.0.77
acl number 3000
 description old
 rule 5 permit tcp destination-port eq 80
 rule 10 deny ip
aaa
 local-user silesianet password irreversible-cipher $1c$x
interface GE1/0/1
 undo portswitch
 ip address 10.254.0.43 255.255.255.254
 traffic-filter acl 3000 inbound
ip route-static 0.0.0.0 0.0.0.0 10.254.0.42
stelnet server enable
"""
SMALL = """sysname r1
interface GE1/0/1
 ip address 192.0.2.1 255.255.255.254
 undo portswitch
"""
LARGER = (
    SMALL
    + """interface LoopBack0
 ip address 192.0.2.9 255.255.255.255
 ipv6 address 2001:db8::9/128
 ipv6 enable
"""
)

Switch = Callable[..., Simulated]


def secret(name: str) -> str:
    return f"value-of-{name}"


def bundle(config: str) -> str:
    return str(Bundle.of({"config": config}))


@pytest.fixture
def vrp(serve: Serve) -> Served:
    """A small device whose time stands still until ``pass_time``."""
    return serve(HuaweiVrp("r1", SMALL, VirtualClock()))


def device_of(running: Served) -> HuaweiVrp:
    return cast(HuaweiVrp, running.devices["r1"])


def pass_time(running: Served, seconds: float) -> None:
    clock = cast(VirtualClock, running.devices["r1"].clock)
    running.do(lambda: clock.advance(seconds))


def test_running_and_remediation_are_the_intended_and_undo_returns(
    serve: Serve, switched_on: Switch, open_session: Open
) -> None:
    running = serve(*(switched_on("huawei-vrp", BOOTSTRAP, name) for name in NAMES))
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
        assert "stelnet server" in running.running(name), "what is not ours stays"


def test_from_one_device_to_another_and_back(serve: Serve, switched_on: Switch, open_session: Open) -> None:
    running = serve(switched_on("huawei-vrp", SMALL))
    session = open_session(running, "r1", secret)
    wanted = [str(render(CITY, name, DAY)) for name in (NAMES[0], NAMES[-1])]
    for number, text in enumerate([*wanted, wanted[0], bundle(SMALL)]):
        if session.commit(text, f"c{number}", 300) is not None:
            session.confirm(f"c{number}")
        assert session.compare(text) == ""


def test_secrets_reach_the_device_and_nothing_else(serve: Serve, switched_on: Switch, open_session: Open) -> None:
    running = serve(switched_on("huawei-vrp", SMALL))
    session = open_session(running, "r1", secret)
    wanted = "hwtacacs server template t\n hwtacacs server shared-key cipher <secret:tacacs>\n" + SMALL
    assert "value-of" not in session.compare(bundle(wanted))
    session.commit(bundle(wanted), "c1", 300)
    assert "<secret:tacacs>" in session.running()
    unknowing = open_session(running)
    more = wanted.replace("template t", "template u")
    session.confirm("c1")
    with pytest.raises(RefusedRequest, match=r"needs the secret 'tacacs'"):
        unknowing.commit(bundle(more), "c2", 300)
    assert session.status().pending is None


def test_the_timer_takes_back(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    before = session.running()
    session.commit(bundle(LARGER), "c1", 3725)
    pass_time(vrp, 3700)
    status = session.status()
    assert status.awaits("c1")
    assert status.pending is not None
    assert status.pending.seconds_left == pytest.approx(25)
    assert session.compare(bundle(LARGER)) == ""
    pass_time(vrp, 26)
    assert session.running() == before
    last = session.status().last
    assert last is not None
    assert (last.note, last.outcome) == ("c1", "reverted")
    with pytest.raises(BundleFailed, match="no longer in force"):
        session.confirm("c1")


def test_what_is_confirmed_stays_and_can_be_undone_later(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    before = session.running()
    session.commit(bundle(LARGER), "c1", 60)
    session.confirm("c1")
    pass_time(vrp, 3600)
    assert open_session(vrp).status().kept("c1")
    vrp.reboot("r1")
    later = open_session(vrp)
    assert later.status().kept("c1")
    assert later.compare(bundle(LARGER)) == ""
    later.undo("c7")
    assert later.compare(bundle(LARGER)) == ""
    later.undo("c1")
    later.undo("c1")
    assert later.running() == before
    assert not later.status().kept("c1")


def test_a_second_commit_is_refused_while_one_waits(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    session.commit(bundle(LARGER), "c1", 300)
    with pytest.raises(RefusedRequest, match="c1 still waits"):
        open_session(vrp).commit(bundle(SMALL), "c2", 300)


@pytest.mark.parametrize("lost_after", (1, 3, 5, 8, 9, 10))
def test_a_session_lost_on_the_way_leads_to_the_truth(vrp: Served, open_session: Open, lost_after: int) -> None:
    """Five lines, leaving their view, the name of the change, and the commit: it alone makes anything happen."""
    session = open_session(vrp)
    before = session.running()
    vrp.faults("r1", drop_after=lost_after)
    wanted = LARGER.replace("r1", "r2")
    with pytest.raises(ConnectionLost):
        session.commit(bundle(wanted), "c1", 300)
    later = open_session(vrp)
    status = later.status()
    if lost_after == 10:
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


def test_a_refused_line_is_named_and_nothing_has_changed(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    before = session.running()
    vrp.faults("r1", reject="LoopBack0")
    with pytest.raises(BundleRefused, match=r"'interface LoopBack0' was refused: Error: Unrecognized") as refusal:
        session.commit(bundle(LARGER), "c1", 300)
    assert refusal.value.line == 5
    assert session.running() == before
    assert session.status().pending is None


def test_a_full_device_says_so(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    vrp.faults("r1", disk_full=True)
    with pytest.raises(BundleRefused, match="storage space is insufficient"):
        session.commit(bundle(LARGER), "c1", 300)
    vrp.faults("r1")
    session.commit(bundle(LARGER), "c1", 300)
    vrp.faults("r1", disk_full=True)
    with pytest.raises(BundleFailed, match=r"not saved for the next restart.*storage space is insufficient"):
        session.confirm("c1")


def test_no_session_left(vrp: Served, open_session: Open) -> None:
    vrp.faults("r1", full=True)
    with pytest.raises(DeviceUnreachable, match="no session was left"):
        open_session(vrp)


def test_a_restart_in_the_middle_of_a_change(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    before = session.running()
    vrp.faults("r1", reboot_on_line="interface LoopBack0")
    with pytest.raises(ConnectionLost):
        session.commit(bundle(LARGER), "c1", 300)
    vrp.faults("r1")
    later = open_session(vrp)
    assert later.running() == before
    later.commit(bundle(LARGER), "c2", 300)
    vrp.reboot("r1")
    again = open_session(vrp)
    assert again.running() == before
    last = again.status().last
    assert last is not None
    assert (last.note, last.outcome) == ("c2", "reverted")


def test_a_device_that_lies_is_found_out(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    before = session.running()
    vrp.faults("r1", ignore_commit=True)
    with pytest.raises(BundleFailed, match="did not take"):
        session.commit(bundle(LARGER), "c1", 300)
    assert session.running() == before
    assert session.status().pending is None


def test_a_version_without_trial_commits_is_refused(vrp: Served, open_session: Open) -> None:
    vrp.do(lambda: setattr(device_of(vrp), "generation", 5))
    before = vrp.running("r1")
    with pytest.raises(RefusedRequest, match=r"VRP 5.170 has no trial commit"):
        open_session(vrp)
    assert vrp.running("r1") == before


def test_a_wrong_prompt_is_no_endless_wait(vrp: Served, open_session: Open) -> None:
    vrp.faults("r1", wrong_prompt=True)
    began = time.monotonic()
    with pytest.raises(DeviceUnreachable, match="no prompt in time"):
        huawei_vrp.session(login_to(vrp, "r1", seconds=1), platforms.load("huawei-vrp"))
    assert time.monotonic() - began < 5


def test_neighbours_are_those_seen(vrp: Served, open_session: Open) -> None:
    session = open_session(vrp)
    vrp.do(lambda: device_of(vrp).peers.update({"GE1/0/1": "10.255.0.2"}))
    assert session.neighbours() == frozenset()
    routed = "ospf 1\n area 0.0.0.0\n" + SMALL.replace(" undo", " ospf enable 1 area 0.0.0.0\n undo")
    session.commit(bundle(routed), "c1", 300)
    assert session.neighbours() == {"10.255.0.2"}


def test_only_bundles_of_one_part_are_taken(vrp: Served, open_session: Open) -> None:
    session: Session = open_session(vrp)
    with pytest.raises(BundleRefused, match="one part 'config'"):
        session.compare(str(Bundle.of({"frr": "hostname x\n"})))
    with pytest.raises(BundleRefused, match="text before"):
        session.compare("hostname x\n")


def test_an_order_that_the_device_takes() -> None:
    """Ports are routed and speak IPv6 before they get addresses; rules go before others take their numbers."""
    before = "acl number 3000\n rule 5 permit tcp\n rule 10 deny ip\ninterface GE1/0/1\n port default vlan 10\n"
    after = (
        "acl number 3000\n rule 5 permit udp\n rule 10 deny ip\n"
        "interface GE1/0/1\n ip address 192.0.2.1 255.255.255.254\n ipv6 address 2001:db8::1/127\n ipv6 enable\n"
        " undo portswitch\n"
    )
    there = [line.strip() for line in commands("huawei-vrp", before, after)]
    assert there == [
        "acl number 3000", "undo rule 5", "rule 5 permit udp", "quit", "interface GE1/0/1", "undo portswitch",
        "ipv6 enable", "undo port default vlan 10", "ip address 192.0.2.1 255.255.255.254",
        "ipv6 address 2001:db8::1/127", "quit",
    ]  # fmt: skip
    back = [line.strip() for line in commands("huawei-vrp", after, before)]
    assert back.index("undo ip address 192.0.2.1 255.255.255.254") < back.index("portswitch")
    assert back.index("portswitch") < back.index("port default vlan 10")
