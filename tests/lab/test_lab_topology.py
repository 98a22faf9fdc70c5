"""The plan of a lab follows from the inventory and from nothing else."""

import json
import os
from datetime import date
from pathlib import Path

import pytest

from inventory.errors import RefusedRequest
from inventory.model.device import PASSIVE
from inventory.model.network import Network
from lab import containerlab, topology
from lab.credentials import Credentials
from lab.plan import FABRIC, Kind, Node, Plan
from lab.wires import batch

DAY = date(2026, 11, 22)
SECRETS = Credentials(community="comm", auth_password="authauth", priv_password="privpriv")
GOLDEN = Path(__file__).parent / "golden"


def same_as_golden(name: str, text: str) -> None:
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text)
    assert text == path.read_text()


@pytest.fixture(scope="module")
def plan(village: Network) -> Plan:
    return topology.plan(village, DAY, SECRETS)


def node(plan: Plan, name: str) -> Node:
    return next(n for n in plan.nodes if n.name == name)


def content(plan: Plan, name: str, path: str) -> str:
    return next(f.text for f in node(plan, name).files if f.path == path)


def test_the_plan_of_the_village_is_the_golden_one(plan: Plan) -> None:
    lines = []
    for n in plan.nodes:
        lines += [f"=== {n.name} ({n.kind}, {n.site or '-'}) {' '.join(n.addresses)}", n.boot]
        lines += [
            f"--- {n.name}:{f.path} {f.mode:o}\n{f.text}"
            for f in n.files
            if not f.path.endswith((".py", "sshd_config"))
        ]
    lines += ["=== wires"]
    lines += [
        f"{w.a.node}:{w.a.interface} {w.a.index} = {w.b.node}:{w.b.interface} {w.b.index} {w.link or ''}".rstrip()
        for w in plan.wires
    ]
    same_as_golden("village.txt", "\n".join(lines) + "\n")


def test_the_same_inventory_gives_the_same_plan(village: Network, plan: Plan) -> None:
    assert topology.plan(village, DAY, SECRETS) == plan


def test_in_band_devices_know_only_their_uplink(plan: Plan) -> None:
    text = content(plan, "gw-school", "/etc/frr/frr.conf")
    assert "ip route 0.0.0.0/0 10.254.0.0 250" in text
    assert "ip address 10.254.0.1/31" in text
    assert "10.44.1.1" not in text


def test_out_of_band_devices_know_only_their_management_port(plan: Plan) -> None:
    text = content(plan, "gw-dc", "/etc/frr/frr.conf")
    assert "ip address 172.31.0.1/24" in text
    assert "10.254" not in text
    assert "ip route" not in text


def test_the_rate_of_a_circuit_is_the_speed_the_hardware_reports(village: Network, plan: Plan) -> None:
    assert "1.3.6.1.2.1.31.1.1.1.15.4 uinteger 100" in content(plan, "gw-dc", "/etc/snmp/hardware.conf")
    faster = village.model_dump()
    faster["circuits"][0]["rate"]["down"] = 500_000_000
    changed = topology.plan(Network.model_validate(faster), DAY, SECRETS)
    assert "1.3.6.1.2.1.31.1.1.1.15.4 uinteger 500" in content(changed, "gw-dc", "/etc/snmp/hardware.conf")
    differing = {
        (a.name, f.path) for a, b in zip(plan.nodes, changed.nodes, strict=True)
        for f, g in zip(a.files, b.files, strict=True) if f != g
    }  # fmt: skip
    assert differing == {("gw-dc", "/etc/snmp/hardware.conf"), ("gw-school", "/etc/snmp/hardware.conf")}
    assert changed.wires == plan.wires


def test_secrets_are_only_in_the_credentials_file(plan: Plan) -> None:
    for n in plan.nodes:
        for file in n.files:
            if file.path != "/etc/snmp/credentials.conf":
                assert not any(s in file.text for s in ("authauth", "privpriv", "rocommunity"))
            else:
                assert file.mode == 0o600


def test_a_service_outside_its_dates_has_no_stand_in_but_keeps_its_name(plan: Plan) -> None:
    served = json.loads(content(plan, "srv-dc", "/etc/silesianet/stand-in.json"))
    assert [s["slug"] for s in served["services"]] == ["wbo", "edms"]
    assert "10.50.0.13 gone.gliwice.example" in content(plan, "dns1", "/var/lib/silesianet/hosts")


def test_devices_and_links_that_do_not_exist_yet_are_left_out(village: Network) -> None:
    later = village.model_dump()
    later["devices"][1]["valid_from"] = "2030-01-01"
    plan = topology.plan(Network.model_validate(later), DAY, SECRETS)
    assert "gw-school" not in {n.name for n in plan.nodes}
    assert [w.link for w in plan.wires if w.link] == ["dc--park"]


def test_a_platform_without_a_lab_is_refused(village: Network) -> None:
    strange = village.model_dump()
    strange["devices"][0]["platform"] = "cisco-ios"
    with pytest.raises(RefusedRequest, match="device:gw-dc: platform 'cisco-ios' cannot run in the lab"):
        topology.plan(Network.model_validate(strange), DAY, SECRETS)


def test_the_whole_city_has_a_plan(city: Network) -> None:
    plan = topology.plan(city, DAY, SECRETS)
    assert {n.name for n in plan.nodes} == {d.slug for d in city.devices if d.role not in PASSIVE} | {FABRIC}
    assert {w.link for w in plan.wires if w.link} == {link.slug for link in city.links}
    ends = [(e.node, e.interface) for w in plan.wires for e in (w.a, w.b)]
    assert len(ends) == len(set(ends))
    indexes = [(e.node, e.index) for w in plan.wires for e in (w.a, w.b)]
    assert len(indexes) == len(set(indexes))
    assert sum(n.kind is Kind.CLIENT for n in plan.nodes) == sum(d.role == "agent" for d in city.devices)


def test_wires_become_one_batch(plan: Plan) -> None:
    text = batch(plan.wires[:1], {"gw-dc": 7, "gw-school": 8})
    assert text == "link add name eth1 index 4 netns 7 type veth peer name eth1 index 3 netns 8\n"


def test_containerlab_export_of_the_village(village: Network) -> None:
    same_as_golden("village.clab.yml", containerlab.export(village, DAY))


def test_containerlab_export_of_the_city_names_every_device(city: Network) -> None:
    text = containerlab.export(city, DAY)
    assert all((f"    {d.slug}:\n" in text) == (d.role not in PASSIVE) for d in city.devices)
    assert "ipv4-subnet: 172.31.0.0/24" in text
