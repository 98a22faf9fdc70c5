"""Shown 1: from nothing to the matrix, and the network is what the inventory says."""

import re
import subprocess

import pytest

from inventory.model.network import Network
from lab.attach import run_in
from tests.support.running import RunningCity, eventually

pytestmark = pytest.mark.lab


def test_up_prints_what_a_newcomer_wants_to_know(running: RunningCity) -> None:
    assert running.seconds < 300
    assert re.search(r"23 devices in [\d.]+ s: 23 done; change \w+ confirmed", running.printed)
    assert running.url in running.printed
    assert "busiest links" in running.printed.lower()


def test_computed_is_observed(running: RunningCity, city: Network) -> None:
    everything = 17 * 15
    eventually(
        lambda: sum(v in ("ok", "blocked") for v in running.verdicts().values()) == everything, 90, "all heard of"
    )
    matrix = running.json("reach", "matrix")
    assert set(matrix["services"]) == {s.slug for s in city.services} and len(matrix["services"]) == 15
    vantages = {site for site in matrix["sites"] if city.vantage(site)}
    cells = [cell for cell in matrix["cells"] if cell["site"] in vantages]
    agreeing = [c for c in cells if c["observed"] == ("ok" if c["computed"] else "failed")]
    assert len(cells) == everything
    assert len(agreeing) >= 0.99 * len(cells)
    assert {c["verdict"] for c in cells} == {"ok", "blocked"}


def test_institutions_use_both_ip_versions_and_hotspots_one(running: RunningCity) -> None:
    """Computed, explained, and asked for over IPv6 from the site itself."""
    assert running.cells("szkola-trynek")["wbo"]["families"] == {"4": True, "6": True}
    assert running.cells("rynek")["wbo"]["families"] == {"4": True, "6": None}
    ways = running.json("reach", "explain", "szkola-trynek", "wbo")["families"]
    assert ways["4"]["works"] and ways["6"]["works"]
    trust = str(running.home / "lab" / "ca" / "ca.pem")
    curl = ["curl", "-6", "-sS", "-m", "3", "--cacert", trust, "https://wbo.gliwice.example/"]
    page = run_in(running.home, "client-szkola-trynek", curl, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert "Wirtualne Biuro Obsługi" in page.communicate(timeout=20)[0].decode()


def test_devices_run_what_is_intended(running: RunningCity) -> None:
    plan = running.json("plan", "--check")
    assert len(plan["devices"]) == 23
    assert [d["name"] for d in plan["devices"] if d["diff"]] == []
    assert running.run("drift", "--device", "core1").returncode == 0


def test_devices_are_asked_on_their_command_lines(running: RunningCity) -> None:
    command = "vtysh -c 'show ip ospf neighbor'"
    said = running.json("devices", "run", command, "--device", "core1", "--device", "gw-szkola-trynek")
    outputs = {d["name"]: d["output"] for d in said["devices"]}
    assert outputs["core1"].count("Full") == 6 and outputs["gw-szkola-trynek"].count("Full") == 1
    running.run("devices", "run", "uptime", "--device", "gw-nowhere", expect=2)


def test_secrets_stay_with_their_owner(running: RunningCity) -> None:
    for name in ("admin.token", "prometheus.token", "lab/credentials.json", "lab/keys/id_ed25519"):
        assert (running.home / name).stat().st_mode & 0o077 == 0, name
    dump = b"".join(path.read_bytes() for path in running.home.glob("silesianet.db*"))
    assert running.token.encode() not in dump
