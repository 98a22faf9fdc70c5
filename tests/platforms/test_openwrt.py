"""A change on OpenWrt over real SSH: made, kept, taken back by rpcd or after a restart, refused, read afterwards."""

import time
from collections.abc import Callable

import pytest
from netmiko import ConnectHandler

from automation.bundle import Bundle
from automation.render import render
from automation.session import DeviceStatus, Session
from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory.demo.vendors import mixed_city
from inventory.errors import RefusedRequest
from lab.simulators.device import Simulated
from lab.simulators.served import Served
from tests.platforms.conftest import Open, Serve
from tests.support.small_network import DAY

SECRET = "city's $ecret"
BOOTSTRAP = """package network

config globals 'globals'
	option ula_prefix 'fd00::/48'

config interface 'lan'
	option proto 'static'
	option ipaddr '192.168.1.1'

package wireless

config wifi-device 'radio0'
	option type 'mac80211'
	option path 'platform/soc/18000000.wifi'

package firewall

config rule
	option name 'Allow-DHCP-Renew'

package dhcp

config odhcpd 'odhcpd'
	option maindhcp '0'

package system

config system
	option hostname 'r1'
"""
RENDERED = str(render(mixed_city(), "hs-rynek", DAY))
WANTED = """#! part config
package network

config interface 'wan'
	option device 'eth1'
	option ipaddr '10.0.0.1'
	option proto 'static'

package snmpd

config com2sec 'manager1'
	option community '<secret:snmp-community>'

package system

config system 'system'
	option hostname 'r1'
"""
OTHER = WANTED.replace("10.0.0.1", "10.0.0.2").replace("hostname 'r1'", "hostname 'cz\u0119\u015b\u0107'")


@pytest.fixture
def access_point(serve: Serve, switched_on: Callable[..., Simulated]) -> Served:
    return serve(switched_on("openwrt", BOOTSTRAP))


@pytest.fixture
def configured(access_point: Served, open_session: Open) -> Served:
    """One that runs what it should, confirmed."""
    session = open_session(access_point, secret=_secret)
    session.confirm(_committed(session, WANTED, "first"))
    return access_point


def _secret(name: str) -> str:
    return {"snmp-community": SECRET}[name]


def _committed(session: Session, bundle: str, note: str, revert_in: int = 600) -> str:
    commit = session.commit(bundle, note, revert_in)
    assert commit is not None
    return commit


def _until(open_session: Open, served: Served, done: Callable[[DeviceStatus], bool]) -> DeviceStatus:
    for _ in range(100):
        status = open_session(served).status()
        if done(status):
            return status
        time.sleep(0.05)
    raise AssertionError("never came to be")


def _left(served: Served) -> list[str]:
    """What a change leaves on the flash besides its notes."""
    return [p for p in served.devices["r1"].disk if "uci-defaults" in p or p.endswith("/pending")]  # type: ignore[attr-defined]


def test_what_it_prints_after_taking_the_template_is_the_template(access_point: Served, open_session: Open) -> None:
    session = open_session(access_point, secret=_secret)
    session.confirm(_committed(session, RENDERED, "first"))
    assert session.running() == RENDERED
    assert session.commit(RENDERED, "again", 600) is None
    running = access_point.running("r1")
    assert (
        "option path 'platform/soc" in running
        and "globals" in running
        and "odhcpd" in running
        and "dropbear" in running
    )
    assert "Allow-DHCP-Renew" not in running and "secret:" not in running


def test_confirm_stays(configured: Served, open_session: Open) -> None:
    session = open_session(configured)
    commit = _committed(session, OTHER, "second", 60)
    pending = session.status().pending
    assert pending is not None and pending.note == "second" and 50 < pending.seconds_left <= 61
    session.confirm(commit)
    time.sleep(1.2)
    assert open_session(configured).status().kept("second")
    assert open_session(configured).compare(OTHER) == ""
    configured.reboot("r1")
    assert open_session(configured).compare(OTHER) == "" and open_session(configured).status().kept("second")
    assert _left(configured) == []


def test_the_timer_takes_back(configured: Served, open_session: Open) -> None:
    commit = _committed(open_session(configured), OTHER, "second", 30)
    status = _until(open_session, configured, lambda s: s.pending is None)
    assert status.last is not None
    assert (status.last.note, status.last.outcome, status.last.reason) == (
        "second",
        "reverted",
        "not confirmed in time",
    )
    assert open_session(configured).compare(WANTED) == ""
    with pytest.raises(BundleRefused, match="already taken the change back"):
        open_session(configured).confirm(commit)


@pytest.mark.parametrize("kept", [False, True])
def test_undo_returns(configured: Served, open_session: Open, kept: bool) -> None:
    session = open_session(configured)
    commit = _committed(session, OTHER, "second")
    if kept:
        session.confirm(commit)
    for _ in range(2):
        session.undo(commit)
        assert session.compare(WANTED) == ""
        last = session.status().last
        assert last is not None and (last.note, last.outcome) == ("second", "reverted")
    assert _left(configured) == []


def test_a_refused_change_does_not_spoil_the_undo_of_the_one_before(configured: Served, open_session: Open) -> None:
    session = open_session(configured)
    commit = _committed(session, OTHER, "second")
    session.confirm(commit)
    configured.faults("r1", reject="ipaddr")
    with pytest.raises(BundleRefused):
        session.commit(WANTED, "third", 600)
    configured.faults("r1")
    session.undo(commit)
    assert session.compare(WANTED) == ""


def test_power_cut_while_it_waits_takes_back(configured: Served, open_session: Open) -> None:
    _committed(open_session(configured), OTHER, "second", 6000)
    configured.reboot("r1")
    session = open_session(configured)
    last = session.status().last
    assert last is not None and (last.note, last.outcome, last.reason) == ("second", "reverted", "the device restarted")
    assert session.compare(WANTED) == "" and _left(configured) == []


def test_restart_as_it_is_applied_takes_back(configured: Served, open_session: Open) -> None:
    configured.faults("r1", reboot_on_line="ubus call uci apply")
    with pytest.raises(ConnectionLost):
        open_session(configured).commit(OTHER, "second", 6000)
    status = open_session(configured).status()
    assert status.pending is None and not status.kept("second")
    assert open_session(configured).compare(WANTED) == ""


def test_lost_session_is_told_by_the_device(configured: Served, open_session: Open) -> None:
    configured.faults("r1", drop_after=1)
    with pytest.raises(ConnectionLost):
        open_session(configured).commit(OTHER, "second", 600)
    status = open_session(configured).status()
    assert status.pending is None and not status.kept("second"), "nothing was applied"
    assert open_session(configured).compare(WANTED) == ""
    assert open_session(configured).commit(OTHER, "second", 600) is not None


def test_session_lost_while_confirming_is_told_by_the_files(configured: Served, open_session: Open) -> None:
    _committed(open_session(configured), OTHER, "second")
    device = configured.devices["r1"]
    sid = device.disk["/etc/silesianet/pending"].splitlines()[2]  # type: ignore[attr-defined]
    configured.do(lambda: device.rpcd.call("uci", "confirm", {"ubus_rpc_session": sid}))  # type: ignore[attr-defined]
    assert open_session(configured).status().kept("second")


def test_refused_line_changes_nothing(configured: Served, open_session: Open) -> None:
    configured.faults("r1", reject="system.system.hostname")
    with pytest.raises(BundleRefused, match=r"uci set system.system.hostname='część': uci: Invalid argument"):
        open_session(configured).commit(OTHER, "second", 600)
    configured.faults("r1")
    assert open_session(configured).compare(WANTED) == "" and open_session(configured).status().kept("first")
    assert _left(configured) == []


def test_a_device_that_lies_is_caught(configured: Served, open_session: Open) -> None:
    configured.faults("r1", ignore_commit=True)
    with pytest.raises(BundleFailed, match=r"taken but not in force: [+-]"):
        open_session(configured).commit(OTHER, "second", 600)
    assert open_session(configured).status().pending is None


def test_full_disk_refuses_before_anything_is_touched(configured: Served, open_session: Open) -> None:
    configured.faults("r1", disk_full=True)
    with pytest.raises(BundleRefused, match="No space left on device"):
        open_session(configured).commit(OTHER, "second", 600)
    configured.faults("r1")
    assert open_session(configured).compare(WANTED) == "" and _left(configured) == []


def test_somebody_elses_change_is_not_run_over(configured: Served, open_session: Open) -> None:
    device = configured.devices["r1"]

    def somebody() -> None:
        sid = device.rpcd.call("session", "create", {})["ubus_rpc_session"]  # type: ignore[attr-defined]
        device.rpcd.call("session", "grant", {"ubus_rpc_session": sid, "scope": "uci", "objects": [["*", "write"]]})  # type: ignore[attr-defined]
        device.shell().run(f"uci -t /var/run/rpcd/uci-{sid} set dropbear.main.Port='2222'")  # type: ignore[attr-defined]
        device.rpcd.call("uci", "apply", {"ubus_rpc_session": sid, "rollback": True, "timeout": 6000})  # type: ignore[attr-defined]

    configured.do(somebody)
    with pytest.raises(BundleRefused, match="Permission denied; somebody else's change"):
        open_session(configured).commit(OTHER, "second", 600)
    assert open_session(configured).compare(WANTED) == ""


def test_what_hinders_a_login_is_told_as_what_it_is(access_point: Served, open_session: Open) -> None:
    access_point.faults("r1", full=True)
    with pytest.raises(ConnectionLost, match="Too many sessions"):
        open_session(access_point)
    access_point.faults("r1")
    device = access_point.devices["r1"]
    with pytest.MonkeyPatch.context() as patch, pytest.raises(RefusedRequest, match="rpcd does not run"):
        patch.setattr(device, "_run_ubus", lambda *_: (127, "", "ash: ubus: not found\n"))
        open_session(access_point)
    access_point.change_key("r1")
    with pytest.raises(DeviceUnreachable, match="host-key"):
        open_session(access_point)


def test_secrets_are_named_never_shown(configured: Served, open_session: Open) -> None:
    assert SECRET.replace("'", "'\\''") in configured.running("r1")
    session = open_session(configured, secret=lambda _: "another one")
    assert "+\toption community '<secret:snmp-community>'" in session.compare(WANTED)
    assert "ecret" not in session.compare(WANTED).replace("secret:", "")
    with pytest.raises(BundleRefused, match="'snmp-community' is not known"):
        open_session(configured).commit(WANTED.replace("manager1", "manager2"), "second", 600)


def test_netmiko(access_point: Served) -> None:
    host, port = access_point.places["r1"]
    login = {"username": "root", "use_keys": True, "key_file": str(access_point.key_file)}
    with ConnectHandler(device_type="linux", host=host, port=port, **login) as connection:
        assert connection.find_prompt() == "root@r1:~#"
        assert "system.@system[0].hostname='r1'" in connection.send_command("uci show system")
        connection.send_command("uci set network.lan.ipaddr='192.0.2.1' && uci commit network")
        assert str(connection.send_command("uci get network.lan.ipaddr")).strip() == "192.0.2.1"
        assert "uci: Entry not found" in connection.send_command("uci get nothing.at.all")


def test_a_router_in_mid_path_is_refused() -> None:
    from automation.netjson import finished

    with pytest.raises(RefusedRequest, match="cannot filter in mid-path"):
        finished('{"refused": "OpenWrt cannot filter in mid-path"}')
    assert Bundle.parse(RENDERED).texts()["config"].startswith("package dhcp")
