"""Ansible's netbox.netbox.nb_inventory, unmodified: hosts, variables, groups by everything it groups by."""

from pathlib import Path
from typing import Any

import pytest

from inventory.model.device import Role
from inventory.model.network import Network
from tests.support.netbox_clients import nb_inventory
from tests.support.netbox_comparison import Door

EVERYTHING = """
interfaces: true
services: true
prefixes: true
site_data: true
racks: true
group_by: [sites, device_roles, site_group, region, location, tenants, platforms, tags, manufacturers, device_types,
  status]
"""

HOTSPOTS = """
query_filters: [{role: hotspot}, {status: active}]
fetch_all: false
interfaces: true
flatten_custom_fields: true
"""


@pytest.fixture(scope="module")
def listed(door: Door, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Everything the plugin can be asked for, in one run."""
    return nb_inventory(door.url, door.token, tmp_path_factory.mktemp("ansible"), EVERYTHING)


def test_every_device_is_a_host(listed: dict[str, Any], city: Network) -> None:
    hosts = listed["_meta"]["hostvars"]
    assert sorted(hosts) == sorted(d.slug for d in city.devices)
    assert hosts["srv-dc"]["ansible_host"] == "10.50.0.11"
    assert hosts["core1"]["oob_ip"] == "172.31.0.1"
    assert hosts["gw-biblioteka-sosnica"]["regions"] == ["gliwice-sosnica", "gliwice"]
    assert hosts["gw-biblioteka-sosnica"]["custom_fields"]["silesia_people_served"] == 5200


def test_groups_follow_sites_roles_and_places(listed: dict[str, Any], city: Network) -> None:
    assert sorted(listed["device_roles_hotspot"]["hosts"]) == sorted(d.slug for d in city.with_role(Role.HOTSPOT))
    assert sorted(listed["sites_rynek"]["hosts"]) == sorted(d.slug for d in city.devices_of["rynek"])
    assert "region_gliwice-sosnica" in listed["region_gliwice"]["children"]
    assert "sites_biblioteka-sosnica" in listed["region_gliwice-sosnica"]["children"]
    assert "sites_biblioteka-sosnica" in listed["site_group_library"]["children"]
    for group in ("tags_class-library", "tenants_kultura", "platforms_frr", "status_active", "location_dc-serwerownia"):
        assert listed[group]["hosts"], group


def test_interfaces_addresses_and_services_are_variables(listed: dict[str, Any]) -> None:
    host = listed["_meta"]["hostvars"]["srv-dc"]
    port = host["interfaces"][0]
    assert port["name"] == "eth0"
    assert "10.50.0.11/24" in {address["address"] for address in port["ip_addresses"]}
    assert "wbo" in {service["name"] for service in host["services"]}
    assert host["dns_name"] == "edms.gliwice.example"
    assert "10.50.0.0/24" in {prefix["prefix"] for prefix in host["sites"][0]["prefixes"]}


def test_hosts_can_be_filtered(door: Door, city: Network, home: Path) -> None:
    hosts = nb_inventory(door.url, door.token, home, HOTSPOTS)["_meta"]["hostvars"]
    assert sorted(hosts) == sorted(d.slug for d in city.with_role(Role.HOTSPOT))
    assert all(host["silesia_site_class"] == "hotspot" and host["interfaces"] for host in hosts.values())
