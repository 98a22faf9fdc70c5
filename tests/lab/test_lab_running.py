"""A real lab: logged in to, polled, pinged, broken and healed."""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lab
from inventory.errors import RefusedRequest
from inventory.model.network import Network
from lab import attach, faults
from lab import state as states
from lab.credentials import Credentials
from lab.state import LabState

pytestmark = pytest.mark.lab
Run = Callable[..., str]


@pytest.fixture
def healed(configured: LabState) -> Iterator[LabState]:
    """The configured village; whatever a test breaks is put right after it."""
    yield configured
    faults.clear_fault(configured)


def ask(state: LabState, node: str, *argv: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a node and look at how it ends."""
    process = attach.run_in(state.home, node, argv, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    output = process.communicate(timeout=60)[0]
    return subprocess.CompletedProcess(argv, process.returncode, output.decode())


def ping(state: LabState, node: str, address: str) -> bool:
    return ask(state, node, "ping", "-c", "1", "-W", "1", address).returncode == 0


def fetch(state: LabState, node: str, name: str) -> str:
    """Fetch an e-service by its name over TLS; return the page, or curl's complaint."""
    trust = str(state.authority_certificate)
    return ask(state, node, "curl", "-sS", "-m", "3", "--cacert", trust, f"https://{name}.gliwice.example/").stdout


def eventually(truth: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while not truth():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def test_every_device_is_logged_in_to_with_the_pinned_key(village_up: LabState) -> None:
    answer = ask(
        village_up, "noc", "ssh", "-i", str(village_up.private_key), "-o", "BatchMode=yes",
        "-o", f"UserKnownHostsFile={village_up.known_hosts}", "-o", "StrictHostKeyChecking=yes",
        "silesianet@172.31.0.1", "id -u; hostname; python3 -V; vtysh -c 'show running-config'",
    )  # fmt: skip
    assert answer.returncode == 0, answer.stdout
    assert "gw-dc" in answer.stdout
    assert "Python 3" in answer.stdout
    assert "ip address 172.31.0.1/24" in answer.stdout


def test_the_agent_answers_v3_and_v2c_with_the_rates_of_the_circuits(village_up: LabState) -> None:
    secrets = Credentials.load(village_up.credentials)
    v3 = ("-v3", "-l", "authPriv", "-u", secrets.user, "-a", secrets.auth_protocol, "-A", secrets.auth_password,
          "-x", secrets.priv_protocol, "-X", secrets.priv_password)  # fmt: skip
    for login in (v3, ("-v2c", "-c", secrets.community)):
        command = ["snmpget", "-m", "", *login, "-Oqv", "172.31.0.1", "1.3.6.1.2.1.31.1.1.1.15.4", "1.3.6.1.2.1.1.5.0"]
        assert ask(village_up, "noc", *command).stdout.replace('"', "").split()[-2:] == ["100", "gw-dc"]
    assert village_up.credentials.stat().st_mode & 0o077 == 0


def test_interfaces_have_the_planned_index(village_up: LabState, run: Run) -> None:
    links = {i["ifname"]: i["ifindex"] for i in json.loads(run(village_up, "gw-dc", "ip", "-j", "link"))}
    assert links == {"lo": 1, "mgmt0": 2, "lan0": 3, "eth1": 4, "eth2": 5}


def test_clients_reach_services_by_name_one_of_them_on_a_lease(healed: LabState) -> None:
    assert "Zażółć wbo" in fetch(healed, "client-school", "wbo")
    assert eventually(lambda: "Zażółć edms" in fetch(healed, "client-park", "edms"))


def test_a_service_that_has_ended_is_off(healed: LabState) -> None:
    assert "refused" in fetch(healed, "client-school", "gone") or "connect" in fetch(healed, "client-school", "gone")


def test_a_second_lab_in_the_same_home_is_refused(village_up: LabState, village: Network) -> None:
    with pytest.raises(RefusedRequest, match="lab down"):
        lab.up(village, village_up.home, lambda _: None)
    assert all(node.alive for node in lab.status(village_up.home).nodes)


@pytest.mark.parametrize("kind", ["down", "silent", "loss=100"])
def test_a_link_fails_and_heals(healed: LabState, village: Network, kind: str) -> None:
    assert eventually(lambda: ping(healed, "client-school", "10.50.0.11"))
    faults.set_fault(healed, village, "link:dc--school", kind)
    assert not ping(healed, "client-school", "10.50.0.11")
    assert eventually(lambda: ping(healed, "client-park", "10.50.0.11"))
    faults.clear_fault(healed, "link:dc--school")
    if kind == "down":  # the test's own static route went with the port; FRR would bring it back
        from lab.directory import Directory
        from lab.namespaces import run as run_in_node

        route = ["ip", "route", "replace", "10.44.1.0/24", "via", "10.254.0.1"]
        run_in_node(Directory.of(healed.home).node("gw-dc"), route)
    assert eventually(lambda: ping(healed, "client-school", "10.50.0.11"))


def test_faults_leave_the_configured_filter_alone(healed: LabState, village: Network, run: Run) -> None:
    before = run(healed, "gw-dc", "nft", "list", "table", "inet", "silesianet")
    faults.set_fault(healed, village, "link:dc--park", "silent")
    faults.set_fault(healed, village, "link:dc--park", "loss=20")
    assert run(healed, "gw-dc", "nft", "list", "table", "inet", "silesianet") == before
    assert "netdev" in run(healed, "gw-dc", "nft", "list", "tables")
    faults.clear_fault(healed, "link:dc--park")
    assert "netdev" not in run(healed, "gw-dc", "nft", "list", "tables")
    assert run(healed, "gw-dc", "nft", "list", "table", "inet", "silesianet") == before


def test_a_stopped_service_refuses_and_its_neighbour_answers(healed: LabState, village: Network) -> None:
    faults.set_fault(healed, village, "service:wbo", "stopped")
    assert eventually(lambda: "connect" in fetch(healed, "client-school", "wbo"), 3)
    assert "Zażółć edms" in fetch(healed, "client-school", "edms")
    faults.clear_fault(healed, "service:wbo")
    assert eventually(lambda: "Zażółć wbo" in fetch(healed, "client-school", "wbo"), 3)


def test_a_broken_name_does_not_resolve(healed: LabState, village: Network) -> None:
    faults.set_fault(healed, village, "service:wbo", "dns")
    assert "resolve" in fetch(healed, "client-school", "wbo")
    assert "Zażółć edms" in fetch(healed, "client-school", "edms")
    faults.clear_fault(healed, "service:wbo")
    assert "Zażółć wbo" in fetch(healed, "client-school", "wbo")


def test_power_off_loses_what_is_volatile_and_the_boot_hook_restores_it(
    healed: LabState, village: Network, run: Run
) -> None:
    boot = run(healed, "gw-school", "cat", "/proc/sys/kernel/random/boot_id")
    run(healed, "gw-school", "sh", "-c", "touch /run/volatile /tmp/volatile /etc/frr/kept")
    faults.set_fault(healed, village, "site:school", "off")
    faults.set_fault(healed, village, "device:gw-school", "off")
    assert not ping(healed, "client-school", "10.50.0.11")
    processes = run(healed, "gw-school", "ps", "-e", "-o", "comm=").split()
    assert not {"zebra", "ospfd", "snmpd", "sshd"} & set(processes)
    assert "lan0" in run(healed, "gw-school", "ip", "link")
    assert not next(n for n in lab.status(healed.home).nodes if n.name == "gw-school").powered
    faults.clear_fault(healed, "site:school")
    assert not ping(healed, "client-school", "10.50.0.11")
    faults.clear_fault(healed, "device:gw-school")
    assert eventually(lambda: ping(healed, "client-school", "10.50.0.11"))
    assert {"zebra", "ospfd", "snmpd", "sshd"} <= set(run(healed, "gw-school", "ps", "-e", "-o", "comm=").split())
    left = run(healed, "gw-school", "sh", "-c", "ls /run/volatile /tmp/volatile /etc/frr/kept 2>/dev/null || :")
    assert left.split() == ["/etc/frr/kept"]
    assert run(healed, "gw-school", "cat", "/proc/sys/kernel/random/boot_id") != boot


def test_a_cut_link_stays_cut_over_a_power_cycle(healed: LabState, village: Network, run: Run) -> None:
    faults.set_fault(healed, village, "srg:duct", "down")
    faults.set_fault(healed, village, "device:gw-dc", "off")
    faults.clear_fault(healed, "device:gw-dc")
    operating = {i["ifname"]: "UP" in i["flags"] for i in json.loads(run(healed, "gw-dc", "ip", "-j", "link"))}
    assert (operating["lan0"], operating["eth1"], operating["eth2"]) == (True, False, False)
    faults.clear_fault(healed, "srg:duct")
    # the test's own routes are set at power-on only
    run(healed, "gw-dc", "ip", "route", "replace", "10.44.1.0/24", "via", "10.254.0.1")
    assert eventually(lambda: ping(healed, "client-school", "10.50.0.11"))


def test_another_process_sees_state_and_faults(healed: LabState, village: Network) -> None:
    faults.set_fault(healed, village, "service:edms", "dns")
    program = (
        "import pathlib, sys, lab; s = lab.status(pathlib.Path(sys.argv[1]));"
        "print(s.up, len(s.nodes), [(f.element, f.text) for f in s.faults])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", program, str(healed.home)], capture_output=True, text=True, check=True,
        cwd=Path(lab.__file__).parent.parent,
    )  # fmt: skip
    assert answer.stdout.strip() == "True 9 [('service:edms', 'dns')]"


def test_a_thread_is_moved_into_a_node_and_the_others_are_not(village_up: LabState) -> None:
    here, inside = Path("/proc/thread-self/ns/net"), []
    before = here.readlink()

    def work() -> None:
        attach.enter(village_up.home, "noc")()
        inside.append(here.readlink())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert inside == [states.load(village_up.home).node("noc").namespace.readlink()]
    assert here.readlink() == before


def test_a_link_that_goes_down_sends_a_trap_to_the_noc(healed: LabState, village: Network) -> None:
    link_down = bytes.fromhex("2b060106030101") + b"\x05\x03"
    listening = threading.Event()
    traps: list[bytes] = []

    def listen() -> None:
        attach.enter(healed.home, "noc")()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as receiver:
            receiver.bind(("10.50.0.5", 162))
            receiver.settimeout(10)
            listening.set()
            while not any(link_down in trap for trap in traps):
                traps.append(receiver.recv(2000))

    thread = threading.Thread(target=listen)
    thread.start()
    assert listening.wait(5)
    time.sleep(5)  # the agent looks at its ports every few seconds and tells of changes only
    faults.set_fault(healed, village, "link:dc--park", "down")
    thread.join(15)
    assert any(link_down in trap for trap in traps)


def test_a_process_in_a_node_ends_with_its_starter(village_up: LabState, run: Run) -> None:
    process = attach.run_in(village_up.home, "client-school", ["sleep", "4711"])
    assert eventually(lambda: "sleep 4711" in run(village_up, "client-school", "ps", "-e", "-o", "args="))
    process.terminate()
    process.wait(5)
    assert eventually(lambda: "sleep 4711" not in run(village_up, "client-school", "ps", "-e", "-o", "args="))
