"""The NAPALM driver on a real router: load, diff, commit, confirm, roll back, and what it says about the device."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver

from automation.transports.errors import BundleFailed, BundleRefused, DeviceUnreachable
from automation.transports.frr import FrrDriver

pytestmark = pytest.mark.lab

Edit = Callable[..., str]
FILTER = """\
#! part nftables
table inet silesianet {
 chain forward {
  type filter hook forward priority 0; policy accept
  tcp dport 443 accept
 }
}
"""


def _running(driver: FrrDriver) -> str:
    return str(driver.get_config("running")["running"])


def test_a_change_is_loaded_compared_committed_and_confirmed(router: FrrDriver, edited: Edit) -> None:
    candidate = edited(
        router,
        ("interface mgmt0\n", "interface eth1\n ip address 10.254.0.0/31\n ip ospf area 0\nexit\ninterface mgmt0\n"),
        ("#! part nftables\n", FILTER),
        ("#! part shaping\n", "#! part shaping\neth1 100000000\n"),
    )
    router.load_replace_candidate(config=candidate)
    diff = router.compare_config()
    assert "+interface eth1\n" in diff
    assert "+\t\ttcp dport 443 accept\n" in diff
    assert "+eth1 100000000\n" in diff
    committed = router.commit_config(message="first", revert_in=30)
    assert (committed.changed, committed.pending) == (("frr", "nftables", "shaping"), True)
    assert router.has_pending_commit()
    router.confirm_commit()
    assert not router.has_pending_commit()
    config = router.get_config()
    assert config["running"] == config["startup"]
    router.load_replace_candidate(config=candidate)
    assert router.compare_config() == ""
    router.rollback()
    assert "443" not in _running(router)


def test_committing_what_runs_changes_and_restarts_nothing(bench: Any, router: FrrDriver) -> None:
    router.load_replace_candidate(config=_running(router))
    router.commit_config()
    pids = bench.on("r1", "sh", "-c", "cat /run/snmpd.pid /run/frr/zebra.pid")
    router.load_replace_candidate(config=_running(router))
    began = time.monotonic()
    committed = router.commit_config(revert_in=30)
    assert time.monotonic() - began < 2
    assert (committed.changed, committed.pending) == ((), False)
    assert not router.has_pending_commit()
    assert bench.on("r1", "sh", "-c", "cat /run/snmpd.pid /run/frr/zebra.pid") == pids


@pytest.mark.parametrize(
    ("old", "new", "part", "line", "reason"),
    [
        ("interface mgmt0\n", "interface mgmt0\n ip adress 10.0.0.1/8\n", "frr", 9, "Unknown command"),
        ("#! part nftables\n", FILTER.replace("accept\n }", "acept\n }"), "nftables", 4, "syntax error"),
        ("#! part nftables\n", "#! part nftables\ntable ip other {\n}\n", "nftables", 0, "exactly one table"),
        ("#! part shaping\n", "#! part shaping\neth1 300M\n", "shaping", 1, "RATE_BPS"),
        ("#! part shaping\n", "#! part shaping\neth1 9000\neth77 9000\n", "shaping", 2, "no interface eth77"),
        ("sysName r1\n", "sysName r1\nrocommunity public\n", "snmpd", 3, "secret"),
        ("sysName r1\n", "sysNam r1\n", "snmpd", 2, "unknown directive"),
    ],
)
def test_a_bad_line_is_refused_with_part_and_line_and_nothing_changes(
    router: FrrDriver, edited: Edit, old: str, new: str, part: str, line: int, reason: str
) -> None:
    before = _running(router)
    router.load_replace_candidate(
        config=edited(
            router, ("interface mgmt0\n", "interface lo\n description lo\nexit\ninterface mgmt0\n"), (old, new)
        )
    )
    with pytest.raises(BundleRefused, match=reason) as caught:
        router.commit_config(revert_in=30)
    assert (caught.value.part, caught.value.line) == (part, line)
    assert _running(router) == before
    assert not router.has_pending_commit()


def test_merging_replaces_the_parts_given_and_adds_lines_to_frr(router: FrrDriver) -> None:
    before = _running(router)
    router.load_merge_candidate(config="#! part frr\ninterface eth1\n description added\n" + FILTER)
    diff = router.compare_config()
    assert "+ description added\n" in diff
    assert not [line for line in diff.splitlines() if line.startswith("-") and not line.startswith("---")]
    router.commit_config(revert_in=30)
    assert "description added" in _running(router)
    router.rollback()
    assert _running(router) == before


def test_what_frr_grammar_accepts_but_the_router_does_not_take_puts_everything_back(
    router: FrrDriver, edited: Edit
) -> None:
    before = _running(router)
    router.load_replace_candidate(
        config=edited(router, ("#! part nftables\n", "router bgp 65000\nexit\n!\n" + FILTER))  # bgpd does not run
    )
    with pytest.raises(BundleFailed, match="router bgp 65000") as caught:
        router.commit_config(revert_in=30)
    assert caught.value.part == "frr"
    assert _running(router) == before


def test_the_agent_is_restarted_with_its_own_arguments_when_its_file_changes(bench: Any, router: FrrDriver) -> None:
    pid = bench.on("r1", "cat", "/run/snmpd.pid")
    command = bench.on("r1", "cat", f"/proc/{pid.strip()}/cmdline")
    router.load_replace_candidate(config=_running(router).replace("sysName r1", "sysName renamed"))
    assert router.commit_config(revert_in=30).changed == ("snmpd",)
    fresh = bench.on("r1", "cat", "/run/snmpd.pid")
    assert fresh != pid
    assert bench.on("r1", "cat", f"/proc/{fresh.strip()}/cmdline") == command
    router.rollback()
    assert "sysName r1\n" in _running(router)


def test_what_it_says_about_the_router(bench: Any, router: FrrDriver) -> None:
    facts = router.get_facts()
    assert (facts["vendor"], facts["hostname"]) == ("FRRouting", "r1")
    assert facts["os_version"].startswith("8.")
    assert set(facts["interface_list"]) == {"lo", "mgmt0", "eth1"}
    assert router.get_interfaces()["mgmt0"]["is_up"]
    assert router.get_interfaces_ip()["mgmt0"]["ipv4"] == {"172.31.0.1": {"prefix_length": 24}}
    assert router.get_interfaces_counters()["mgmt0"]["rx_octets"] > 0
    assert "172.31.0.254" in {entry["ip"] for entry in router.get_arp_table()}
    assert router.get_route_to("172.31.0.7")["172.31.0.0/24"][0]["outgoing_interface"] == "mgmt0"
    assert router.get_route_to("192.0.2.1") == {}
    assert router.get_ospf_neighbors() == []


def test_a_host_key_that_is_not_pinned_is_refused(bench: Any, tmp_path: Path) -> None:
    empty = tmp_path / "known_hosts"
    empty.touch()
    with pytest.raises(DeviceUnreachable) as caught:
        bench.driver(known_hosts=empty)
    assert caught.value.reason == "host-key"


def test_a_key_that_the_router_does_not_know_is_refused(bench: Any, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    with pytest.raises(DeviceUnreachable) as caught:
        bench.driver(key_file=key)
    assert caught.value.reason == "login"


def test_a_hotspot_has_the_same_driver_without_a_routing_suite(bench: Any) -> None:
    hotspot = bench.driver("h1")
    before = _running(hotspot)
    assert "#! part network\naddress eth1 10.254.0.1/31\nroute 0.0.0.0/0 via 10.254.0.0\n" in before
    dnsmasq = "#! part dnsmasq\nport=0\ninterface=lan0\nuser=root\ndhcp-range=10.66.1.100,10.66.1.200,1h\n"
    network = before.partition("#! part nftables")[0].replace("address eth1", "address lan0 10.66.1.1/24\naddress eth1")
    hotspot.load_merge_candidate(config=network + dnsmasq)
    hotspot.commit_config(revert_in=30)
    assert hotspot.get_interfaces_ip()["lan0"]["ipv4"] == {"10.66.1.1": {"prefix_length": 24}}
    assert hotspot.get_route_to("192.0.2.1")["0.0.0.0/0"][0]["next_hop"] == "10.254.0.0"
    hotspot.confirm_commit()
    bench.restart("h1")
    again = bench.driver("h1")
    assert _running(again) == hotspot_startup(again)
    assert bench.on("h1", "pgrep", "-x", "dnsmasq") != ""
    again.rollback()
    assert _running(again) == before
    assert bench.on("h1", "sh", "-c", "pgrep -x dnsmasq || true") == ""
    again.load_merge_candidate(config="#! part dnsmasq\nno-such-option\n")
    with pytest.raises(BundleRefused) as caught:
        again.commit_config(revert_in=30)
    assert (caught.value.part, caught.value.line) == ("dnsmasq", 1)
    again.close()


def hotspot_startup(driver: FrrDriver) -> str:
    return str(driver.get_config("startup")["startup"])


def test_napalm_finds_both_drivers() -> None:
    assert get_network_driver("frr") is FrrDriver
    assert issubclass(FrrDriver, get_network_driver("linux_hotspot").__base__)
