"""Unmodified clients against a simulated Arista EOS: NAPALM over its command API, netmiko over SSH."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import MergeConfigException
from netmiko import ConnectHandler

from lab.simulators.arista_eos import AristaEos
from lab.simulators.clock import VirtualClock
from lab.simulators.served import Served
from tests.platforms.conftest import Serve

SMALL = """hostname r1
interface Ethernet1
   description uplink
   no switchport
   ip address 192.0.2.1/31
ip routing
"""
NTP = "ntp server 192.0.2.7"


@pytest.fixture
def eos(serve: Serve) -> Served:
    """A small device whose time stands still until it is told."""
    return serve(AristaEos("r1", SMALL, VirtualClock()))


@pytest.fixture(params=["http", "ssh"])
def driver(eos: Served, request: pytest.FixtureRequest) -> Iterator[Any]:
    """NAPALM's own driver, over the command API or over SSH."""
    place = eos.place("r1")
    port = place.doors["eapi"] if request.param == "http" else place.port
    options = {"transport": request.param, "port": port}
    opened = get_network_driver("eos")(place.address, eos.user, eos.password, optional_args=options)
    opened.open()
    if request.param == "ssh":
        opened.device.enable()
    yield opened
    opened.close()


@pytest.mark.parametrize("driver", ["http"], indirect=True)
def test_napalm_merges_replaces_and_rolls_back(eos: Served, driver: Any) -> None:
    before = driver.get_config("running")["running"]
    assert driver.get_facts()["os_version"] == "4.30.4M"
    driver.load_merge_candidate(config=NTP)
    assert f"+{NTP}" in driver.compare_config()
    driver.commit_config()
    assert NTP in eos.running("r1")
    assert not driver.has_pending_commit()
    driver.rollback()
    assert driver.get_config("running")["running"] == before
    driver.load_replace_candidate(config=before.replace("uplink", "the way out"))
    assert "-   description uplink" in driver.compare_config()
    driver.commit_config()
    assert "the way out" in eos.running("r1")
    driver.load_merge_candidate(config="hostname nobody")
    driver.discard_config()
    assert "nobody" not in eos.running("r1")


@pytest.mark.parametrize("driver", ["http"], indirect=True)
def test_napalm_is_told_of_a_refused_line(eos: Served, driver: Any) -> None:
    before = eos.running("r1")
    with pytest.raises(MergeConfigException, match="bogus"):
        driver.load_merge_candidate(config="bogus line")
    assert eos.running("r1") == before


@pytest.mark.parametrize("driver", ["http"], indirect=True)
def test_napalm_commits_for_a_time(eos: Served, driver: Any) -> None:
    driver.load_merge_candidate(config=NTP)
    driver.commit_config(revert_in=60)
    assert driver.has_pending_commit()
    assert NTP in eos.running("r1")
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    assert NTP in eos.running("r1")
    driver.load_merge_candidate(config="hostname nobody")
    driver.commit_config(revert_in=30)
    clock = cast(VirtualClock, eos.devices["r1"].clock)
    eos.do(lambda: clock.advance(31))
    assert not driver.has_pending_commit()
    assert "hostname r1" in eos.running("r1")
    driver.load_merge_candidate(config="hostname nobody")
    driver.commit_config(revert_in=300)
    driver.rollback()
    assert "hostname r1" in eos.running("r1")


@pytest.mark.parametrize("driver", ["ssh"], indirect=True)
def test_napalm_over_ssh(eos: Served, driver: Any) -> None:
    driver.load_merge_candidate(config=NTP)
    assert f"+{NTP}" in driver.compare_config()
    driver.commit_config()
    assert NTP in eos.running("r1")


def test_netmiko_configures_and_reads_back(eos: Served) -> None:
    place = eos.place("r1")
    with ConnectHandler(
        device_type="arista_eos", host=place.address, port=place.port, username=eos.user, password=eos.password
    ) as client:
        client.enable()
        client.send_config_set(["interface Ethernet2", "description to the library", NTP])
        assert "description to the library" in client.send_command("show running-config")
        assert "% Invalid input" in client.send_config_set(["bogus"])
        client.save_config()
    eos.reboot("r1")
    assert NTP in eos.running("r1")
