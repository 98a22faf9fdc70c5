"""Unmodified clients against a simulated Junos: NAPALM over NETCONF, netmiko and scrapli at its command line."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from napalm import get_network_driver
from napalm.base.exceptions import LockError, MergeConfigException
from ncclient import manager  # type: ignore[import-untyped]
from netmiko import ConnectHandler
from scrapli.driver.core import JunosDriver

from lab.simulators.clock import VirtualClock
from lab.simulators.juniper_junos import JuniperJunos
from lab.simulators.served import Served
from tests.platforms.conftest import Serve

SMALL = """set system host-name r1
set interfaces ge-0/0/0 description uplink
set interfaces ge-0/0/0 unit 0 family inet address 192.0.2.1/31
set firewall family inet filter F term a then discard
"""
FILTER = "firewall family inet filter F"
NTP = "set system ntp server 192.0.2.7"
XML = "<configuration><system><ntp><server><name>192.0.2.8</name></server></ntp></system></configuration>"


@pytest.fixture
def junos(serve: Serve) -> Served:
    """A small device whose time stands still until it is told."""
    return serve(JuniperJunos("r1", SMALL, VirtualClock()))


@pytest.fixture
def driver(junos: Served) -> Iterator[Any]:
    """NAPALM's own driver."""
    place = junos.place("r1")
    opened = get_network_driver("junos")(place.address, junos.user, junos.password, optional_args={"port": place.port})
    opened.open()
    yield opened
    opened.close()


def pass_time(running: Served, seconds: float) -> None:
    clock = cast(VirtualClock, running.devices["r1"].clock)
    running.do(lambda: clock.advance(seconds))


def test_napalm_merges_replaces_and_rolls_back(junos: Served, driver: Any) -> None:
    before = driver.get_config("running")["running"]
    assert "address 192.0.2.1/31;" in before
    facts = driver.get_facts()
    assert (facts["hostname"], facts["os_version"], facts["model"]) == ("r1", "22.4R3.25", "VMX")
    assert list(facts["interface_list"]) == ["ge-0/0/0"]
    driver.load_merge_candidate(config="system {\n    ntp {\n        server 192.0.2.7;\n    }\n}\n")
    assert driver.compare_config() == "[edit system]\n+   ntp {\n+       server 192.0.2.7;\n+   }"
    driver.commit_config(message="time")
    assert NTP in junos.running("r1")
    assert not driver.has_pending_commit()
    driver.rollback()
    assert driver.get_config("running")["running"] == before
    driver.load_replace_candidate(config=before.replace("uplink", '"the way out"'))
    assert '+   description "the way out";' in driver.compare_config()
    driver.commit_config()
    assert '"the way out"' in junos.running("r1")
    driver.load_merge_candidate(config=XML)
    driver.commit_config()
    assert "server 192.0.2.8" in junos.running("r1")
    driver.load_merge_candidate(config="set system host-name nobody")
    driver.discard_config()
    assert "nobody" not in junos.running("r1")


def test_napalm_is_told_of_a_refused_line_and_of_a_lock(junos: Served, driver: Any) -> None:
    before = junos.running("r1")
    with pytest.raises(MergeConfigException, match="bogus"):
        driver.load_merge_candidate(config="set system bogus 1")
    with pytest.raises(MergeConfigException, match="syntax error"):
        driver.load_merge_candidate(config="system {\n    ntp {\n")
    other = junos.do(junos.devices["r1"].cli)
    junos.do(lambda: other.enter("configure exclusive"))
    with pytest.raises(LockError, match="locked by"):
        driver.load_merge_candidate(config=NTP)
    junos.do(other.hung_up)
    assert junos.running("r1") == before


def test_napalm_commits_for_a_time(junos: Served, driver: Any) -> None:
    driver.load_merge_candidate(config=NTP)
    driver.commit_config(revert_in=60)
    assert driver.has_pending_commit()
    driver.confirm_commit()
    assert not driver.has_pending_commit()
    pass_time(junos, 120)
    assert NTP in junos.running("r1")
    driver.load_merge_candidate(config="set system host-name nobody")
    driver.commit_config(revert_in=60)
    assert "nobody" in junos.running("r1")
    pass_time(junos, 61)
    assert not driver.has_pending_commit()
    assert "host-name r1" in junos.running("r1")
    driver.load_merge_candidate(config="set system host-name nobody")
    driver.commit_config(revert_in=300)
    driver.rollback()
    assert not driver.has_pending_commit()
    assert "host-name r1" in junos.running("r1")


def test_the_standards_own_operations(junos: Served) -> None:
    """RFC 6241 by a client that knows nothing of Junos, in frames of version 1.1."""
    place = junos.place("r1")
    with manager.connect(
        host=place.address, port=place.port, username=junos.user, password=junos.password, hostkey_verify=False,
        allow_agent=False, look_for_keys=False,
    ) as client:  # fmt: skip
        assert "urn:ietf:params:netconf:base:1.1" in client.server_capabilities
        with client.locked("candidate"):
            client.edit_config(target="candidate", config=f"<config>{XML}</config>")
            client.validate("candidate")
            client.commit(confirmed=True, timeout="60")
        assert "server 192.0.2.8" in junos.running("r1")
        assert "<name>192.0.2.8</name>" in str(client.get_config("running"))
        pass_time(junos, 61)
        assert "server 192.0.2.8" not in junos.running("r1")


def test_netmiko_configures_commits_and_reads_back(junos: Served) -> None:
    place = junos.place("r1")
    with ConnectHandler(
        device_type="juniper_junos", host=place.address, port=place.port, username=junos.user, password=junos.password
    ) as typed:
        client: Any = typed
        client.send_config_set(
            [f"set {FILTER} term b then accept", f"insert {FILTER} term b before term a"], exit_config_mode=False
        )  # fmt: skip
        assert "rolled back in 1 minutes" in client.commit(confirm=True, confirm_delay=1, comment="order")
        assert "configuration check succeeds" in client.commit(check=True)
        client.exit_config_mode()
        shown = client.send_command("show configuration | display set")
        assert shown.index("term b") < shown.index("term a")
        assert "syntax error" in client.send_config_set(["set system bogus"])
        assert "commit confirmed, rollback in 1mins" in client.send_command("show system commit")
    pass_time(junos, 120)
    assert "term b" in junos.running("r1")


def test_scrapli_configures_and_reads_back(junos: Served) -> None:
    place = junos.place("r1")
    with JunosDriver(
        host=place.address, port=place.port, auth_username=junos.user, auth_password=junos.password,
        auth_strict_key=False, transport="paramiko",
    ) as client:  # fmt: skip
        answer = client.send_configs([NTP, "show | compare", "commit"])
        assert not answer.failed
        assert "+       server 192.0.2.7;" in answer.result
        assert NTP in client.send_command("show configuration | display set").result
        assert client.send_config("set system bogus").failed
