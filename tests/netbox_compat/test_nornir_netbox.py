"""nornir-netbox 0.3, unmodified: hosts, groups, platforms."""

from pathlib import Path

from inventory import platforms
from inventory.model.device import Role
from inventory.model.network import Network
from tests.support.netbox_clients import nornir_hosts
from tests.support.netbox_comparison import Door


def test_every_device_is_a_host_at_its_address(door: Door, city: Network, home: Path) -> None:
    hosts = nornir_hosts(door.url, door.token, home)
    assert sorted(hosts) == sorted(d.slug for d in city.devices)
    assert hosts["core1"] == {
        "hostname": "10.255.0.1",
        "platform": "frr",
        "groups": [
            "device_role__core", "device_type__frrouting-debian-12-router", "manufacturer__frrouting", "platform__frr",
            "site__pop-srodmiescie",
        ],
    }  # fmt: skip


def test_hosts_can_be_filtered(door: Door, city: Network, home: Path) -> None:
    hosts = nornir_hosts(door.url, door.token, home, filter_parameters={"role": "hotspot", "status": "active"})
    assert sorted(hosts) == sorted(d.slug for d in city.with_role(Role.HOTSPOT))


def test_the_driver_of_napalm_is_known(door: Door, city: Network, home: Path) -> None:
    """NetBox 4.7 has no such field any more, and nornir-netbox fails there with KeyError."""
    hosts = nornir_hosts(door.url, door.token, home, use_platform_napalm_driver=True, include_vms=True)
    for device in city.configured():
        assert device.platform is not None
        assert hosts[device.slug]["platform"] == platforms.load(device.platform).napalm
