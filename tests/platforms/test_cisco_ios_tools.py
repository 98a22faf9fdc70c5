"""The tools of others, as they are, work against the simulated Cisco IOS: netmiko, NAPALM, scrapli, Ansible."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver
from netmiko import ConnectHandler
from netmiko.exceptions import ConfigInvalidException
from scrapli.driver.core import IOSXEDriver

from lab.simulators.cisco_ios import CiscoIos
from lab.simulators.clock import VirtualClock
from lab.simulators.served import Served
from tests.support.ansible import environment, program
from tests.support.ios import STARTUP

PORT = "interface GigabitEthernet0/3"
PLAY = f"""
- hosts: all
  gather_facts: false
  tasks:
    - cisco.ios.ios_config:
        parents: {PORT}
        lines: [description by ansible]
"""


@pytest.fixture
def clock() -> VirtualClock:
    """The router's time."""
    return VirtualClock()


@pytest.fixture
def running(serve: Callable[..., Served], clock: VirtualClock) -> Served:
    """A router, served."""
    return serve(CiscoIos("border", STARTUP, clock))


@pytest.fixture
def napalm(running: Served) -> Iterator[Any]:
    """NAPALM's driver, logged in; files go over SCP."""
    address, port = running.places["border"]
    driver = get_network_driver("ios")(address, running.user, running.password, optional_args={"port": port})
    driver.open()
    yield driver
    driver.close()


def test_netmiko_configures_and_saves(running: Served) -> None:
    address, port = running.places["border"]
    login = {"host": address, "port": port, "username": running.user, "password": running.password}
    with ConnectHandler(device_type="cisco_ios", **login) as connection:
        assert connection.find_prompt() == "border#"
        connection.send_config_set([PORT, "description by netmiko"], error_pattern="% Invalid")
        with pytest.raises(ConfigInvalidException, match="Invalid input detected"):
            connection.send_config_set(["bogus"], error_pattern="% Invalid")
        connection.exit_config_mode()
        assert "by netmiko" in str(connection.send_command(f"show running-config | section {PORT}"))
        assert "[OK]" in connection.save_config()
    running.reboot("border")
    assert "by netmiko" in running.running("border")


def test_napalm_merges_and_rolls_back(napalm: Any, running: Served) -> None:
    assert napalm.get_facts()["os_version"].endswith("17.9.4a, RELEASE SOFTWARE (fc3)")
    napalm.load_merge_candidate(config=f"{PORT}\n description merged\n")
    assert napalm.compare_config() == "+ description merged"
    napalm.commit_config()
    assert "description merged" in napalm.get_config()["running"]
    napalm.rollback()
    assert "description merged" not in running.running("border")


def test_napalm_replaces_and_the_device_takes_it_back(napalm: Any, running: Served, clock: VirtualClock) -> None:
    wanted = napalm.get_config()["running"].replace("description bootstrap", "description replaced")
    napalm.load_replace_candidate(config=wanted)
    assert set(napalm.compare_config().splitlines()) == {"- description bootstrap", "+ description replaced"}
    napalm.commit_config(revert_in=60)
    assert napalm.has_pending_commit()
    running.do(lambda: clock.advance(60))
    assert not napalm.has_pending_commit()
    assert "description bootstrap" in running.running("border")
    napalm.load_replace_candidate(config=wanted)
    napalm.commit_config(revert_in=60)
    napalm.confirm_commit()
    running.do(lambda: clock.advance(60))
    assert "description replaced" in running.running("border")


def test_scrapli_asks_for_privileges_and_configures(running: Served) -> None:
    router = running.devices["border"]
    assert isinstance(router, CiscoIos)
    router.enable_secret = "enable-secret"
    address, port = running.places["border"]
    with IOSXEDriver(
        host=address, port=port, auth_username=running.user, auth_password=running.password,
        auth_secondary="enable-secret", auth_strict_key=False, transport="paramiko",
    ) as connection:  # fmt: skip
        assert not connection.send_configs([PORT, "description by scrapli"]).failed
        assert connection.send_configs(["bogus"]).failed
    assert "by scrapli" in running.running("border")


def test_ansible_configures(running: Served, tmp_path: Path) -> None:
    address, port = running.places["border"]
    told = {
        "ansible_host": address, "ansible_port": port, "ansible_user": running.user,
        "ansible_password": running.password,
        "ansible_network_os": "cisco.ios.ios", "ansible_connection": "ansible.netcommon.network_cli",
        "ansible_network_cli_ssh_type": "paramiko", "ansible_host_key_checking": "false",
    }  # fmt: skip
    (tmp_path / "hosts").write_text(" ".join(["border", *(f"{name}={value}" for name, value in told.items())]))
    (tmp_path / "play.yml").write_text(PLAY)
    own = {"ANSIBLE_INVENTORY_ENABLED": "ini", "ANSIBLE_HOST_KEY_CHECKING": "False"}
    argv = [program("ansible-playbook"), "-i", str(tmp_path / "hosts"), str(tmp_path / "play.yml")]
    ran = subprocess.run(
        argv, env=environment(tmp_path) | own, capture_output=True, text=True, timeout=280, check=False
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "changed=1" in ran.stdout
    assert "by ansible" in running.running("border")
