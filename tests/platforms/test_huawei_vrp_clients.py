"""Unmodified netmiko against simulated Huawei VRPs: two-stage on VRP8, at once on VRP5."""

import time
from typing import Any

import pytest
from netmiko import ConnectHandler

from lab.simulators.clock import VirtualClock
from lab.simulators.huawei_vrp import HuaweiVrp
from lab.simulators.served import Served
from tests.platforms.conftest import Serve

SMALL = """sysname r1
interface GE1/0/1
 undo portswitch
 ip address 192.0.2.1 255.255.255.254
"""
NTP = "ntp unicast-server 192.0.2.7"


@pytest.fixture
def vrp(serve: Serve) -> Served:
    """A small device."""
    return serve(HuaweiVrp("r1", SMALL, VirtualClock()))


def client(running: Served, kind: str) -> Any:
    place = running.place("r1")
    return ConnectHandler(
        device_type=kind, host=place.address, port=place.port, username=running.user, password=running.password
    )


def test_two_stages(vrp: Served) -> None:
    netmiko = client(vrp, "huawei_vrpv8")
    netmiko.send_command("system-view", expect_string="]")
    lines = ["interface GE1/0/2", "description to the library", "quit", "bogus", NTP]
    assert "Unrecognized command" in netmiko.send_config_set(lines, enter_config_mode=False)
    assert NTP not in vrp.running("r1")
    netmiko.commit()
    assert NTP in netmiko.send_command("display current-configuration")
    assert "1000000001" in netmiko.send_command("display configuration commit list")
    netmiko.save_config()
    vrp.reboot("r1")
    assert "description to the library" in vrp.running("r1")


def test_a_trial_without_a_name_ends_with_its_session(vrp: Served) -> None:
    netmiko = client(vrp, "huawei_vrpv8")
    netmiko.send_command("system-view", expect_string="]")
    netmiko.send_command(NTP, expect_string="]")
    netmiko.send_command("commit trial 120", expect_string="]")
    assert "ACTIVE" in netmiko.send_command("display configuration trial status", expect_string="]")
    assert NTP in vrp.running("r1")
    vrp.hang_up("r1")
    end = time.monotonic() + 10
    while NTP in vrp.running("r1"):
        assert time.monotonic() < end, "the trial outlived its session"
        time.sleep(0.02)


def test_vrp5_takes_lines_at_once(vrp: Served) -> None:
    vrp.do(lambda: setattr(vrp.devices["r1"], "generation", 5))
    netmiko = client(vrp, "huawei_vrp")
    netmiko.send_command("system-view", expect_string="]")
    said = netmiko.send_config_set([NTP, "commit trial 120"], enter_config_mode=False, exit_config_mode=False)
    assert "Error: Unrecognized command found at '^' position." in said
    assert NTP in vrp.running("r1")
    vrp.hang_up("r1")
