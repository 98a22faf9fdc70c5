"""The inventory Ansible sees, asked as its users ask: through the ansible-inventory program."""

import json
import subprocess
from importlib.resources import as_file
from pathlib import Path
from typing import Any

import pytest

from inventory.demo import gliwice
from playbooks.hosts import group_name
from tests.support.ansible import environment, program


def ask(home: Path, **options: str) -> subprocess.CompletedProcess[str]:
    """Run ansible-inventory --list with the plugin's options."""
    argv = [program("ansible-inventory"), "--list"]
    settings = environment(home, **options)
    return subprocess.run(argv, env=settings, capture_output=True, text=True, check=False, timeout=120)


def plain(value: Any) -> Any:
    """Ansible marks text that is not a template; the mark is of no interest here."""
    match value:
        case {"__ansible_unsafe": text}:
            return text
        case dict():
            return {key: plain(entry) for key, entry in value.items()}
        case list():
            return [plain(entry) for entry in value]
    return value


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The demonstration city, read from its folder."""
    with as_file(gliwice()) as folder:
        done = ask(tmp_path_factory.mktemp("home"), source="folder", folder=str(folder))
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = plain(json.loads(done.stdout))
    return answer


def test_only_devices_we_configure_are_hosts(city: dict[str, Any]) -> None:
    hosts = city["_meta"]["hostvars"]
    assert len(hosts) == 23
    assert not [name for name in hosts if name.startswith(("client-", "noc", "srv-", "dns"))]


def test_groups_follow_the_facts(city: dict[str, Any]) -> None:
    assert set(city["platform_linux_hotspot"]["hosts"]) == set(city["class_hotspot"]["hosts"])
    assert {"core1", "core2"} == set(city["role_core"]["hosts"])
    assert "gw-skarbnik" in city["district_srodmiescie"]["hosts"]
    assert "gw-szkola-trynek" in city["class_school"]["hosts"]
    assert city["tenant_operator"]["hosts"]


def test_addresses_are_tried_out_of_band_then_loopback_then_uplink(city: dict[str, Any]) -> None:
    hosts = city["_meta"]["hostvars"]
    assert hosts["core1"]["silesianet_addresses"] == ["172.31.0.1", "10.255.0.1"]
    school = hosts["gw-szkola-trynek"]["silesianet_addresses"]
    assert school[0].startswith("10.255.") and school[1].startswith("10.254.")
    assert hosts["gw-szkola-trynek"]["ansible_host"] == school[0]
    assert all(h["ansible_user"] == "silesianet" for h in hosts.values())


def test_hosts_come_from_the_core_outwards(city: dict[str, Any]) -> None:
    hops = [city["_meta"]["hostvars"][name]["silesianet_hops"] for name in city["platform_frr"]["hosts"]]
    assert hops == sorted(hops)
    assert hops[0] < hops[-1]


def test_without_a_lab_ssh_is_left_to_its_user(city: dict[str, Any]) -> None:
    assert "ansible_ssh_common_args" not in city["_meta"]["hostvars"]["core1"]


def test_a_broken_folder_is_one_clear_error(tmp_path: Path) -> None:
    done = ask(tmp_path, source="folder", folder=str(tmp_path / "nowhere"))
    assert done.returncode != 0
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_source_without_its_options_says_which(tmp_path: Path) -> None:
    done = ask(tmp_path, source="api")
    assert done.returncode != 0
    assert "url and token_file" in done.stderr


@pytest.mark.parametrize(
    ("value", "name"),
    [("Śródmieście", "x_srodmiescie"), ("Wójtowa Wieś", "x_wojtowa_wies"), ("Łabędy", "x_labedy"), ("a-b", "x_a_b")],
)
def test_group_names_can_be_typed(value: str, name: str) -> None:
    assert group_name("x", value) == name
