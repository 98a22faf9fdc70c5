"""pynetbox 7.9, unmodified, reads the inventory in every way it has."""

import pynetbox
import pytest

from inventory.model.device import Role
from inventory.model.network import Network
from tests.support.netbox_clients import pynetbox_at
from tests.support.netbox_comparison import Door


def test_it_finds_what_it_asks_for(door: Door, city: Network) -> None:
    netbox = pynetbox_at(door.url, door.token)
    assert netbox.version == "4.7"
    assert netbox.status()["netbox-version"].startswith("4.7.")
    devices = list(netbox.dcim.devices.all())
    assert sorted(d.name for d in devices) == sorted(d.slug for d in city.devices)
    assert netbox.dcim.devices.count(role="hotspot") == len(city.with_role(Role.HOTSPOT))
    assert netbox.dcim.devices.get(devices[0].id) == devices[0]
    assert netbox.dcim.devices.get(name="no-such-device") is None


def test_objects_lead_to_one_another(door: Door, city: Network) -> None:
    """What a nested object does not say is fetched from its own address."""
    device = pynetbox_at(door.url, door.token).dcim.devices.get(name="gw-biblioteka-sosnica")
    site = city.site["biblioteka-sosnica"]
    assert device.site.name == site.name
    assert device.site.physical_address == "Sośnica, Gliwice"
    assert device.site.region.parent.name == "Gliwice"
    assert device.tenant.group.slug == "gliwice"
    assert device.custom_fields["silesia_people_served"] == site.people_served
    assert device.primary_ip4.assigned_object.device == device
    assert "wbo" in device.custom_fields["silesia_eservices"]


def test_interfaces_know_what_is_at_the_other_end(door: Door) -> None:
    netbox = pynetbox_at(door.url, door.token)
    port = netbox.dcim.interfaces.get(device="core1", name="eth5")
    assert [(peer.device.name, peer.name) for peer in port.link_peers] == [("odf-srodmiescie", "f1")]
    assert [(end.device.name, end.name) for end in port.connected_endpoints] == [("gw-dc", "eth1")]
    cable = netbox.dcim.cables.get(port.cable.id)
    assert {str(cable.a_terminations[0].device), str(cable.b_terminations[0].device)} == {"core1", "odf-srodmiescie"}


def test_a_cable_is_traced_through_panels(door: Door) -> None:
    netbox = pynetbox_at(door.url, door.token)
    way = netbox.dcim.interfaces.get(device="core1", name="eth5").trace()
    told = [[f"{p.device}:{p.name}" for p in part] if isinstance(part, list) else part.label for part in way]
    assert told == [
        ["core1:eth5"], "P-001", ["odf-srodmiescie:f1"], ["odf-srodmiescie:r1"], "K-044/1-2", ["odf-dc:r1"],
        ["odf-dc:f1"], "P-002", ["gw-dc:eth1"],
    ]  # fmt: skip
    assert netbox.dcim.interfaces.get(device="core1", name="lo").trace() == []


def test_services_addresses_and_prefixes(door: Door) -> None:
    netbox = pynetbox_at(door.url, door.token)
    service = netbox.ipam.services.get(name="wbo")
    assert service.parent.name == "srv-dc"
    assert service.ports == [443]
    assert {a.family.value for a in service.ipaddresses} == {4, 6}
    assert netbox.ipam.ip_addresses.get(service.ipaddresses[0].id).dns_name == "wbo.gliwice.example"
    assert [p.prefix for p in netbox.ipam.prefixes.filter(site="rynek")] == ["10.66.3.0/24"]
    circuit = netbox.circuits.circuits.get(cid="c-core1--core2")
    assert (circuit.provider.slug, circuit.commit_rate) == ("operator-miejski", 1_000_000)


@pytest.mark.parametrize(
    "options", [{}, {"pagination": "cursor"}, {"threading": True}], ids=["offset", "cursor", "threads"]
)
def test_every_way_of_paging_brings_everything_once(door: Door, city: Network, options: dict[str, object]) -> None:
    records = pynetbox_at(door.url, door.token, **options).dcim.interfaces.all(limit=20)
    found = [(record.device.name, record.name) for record in records]
    assert sorted(found) == sorted((d.slug, i.name) for d in city.devices for i in d.interfaces)
    assert len(records) == len(found)


def test_choices_are_told(door: Door) -> None:
    choices = pynetbox_at(door.url, door.token).dcim.devices.choices()
    assert {"value": "active", "display": "Active"} in choices["status"]


def test_strict_filters_know_our_filters(door: Door) -> None:
    netbox = pynetbox_at(door.url, door.token, strict_filters=True)
    assert [
        d.name for d in netbox.dcim.devices.filter(site="dc", role="datacentre", cf_silesia_site_class="datacentre")
    ] == ["gw-dc"]
    with pytest.raises(pynetbox.ParameterValidationError, match="colour"):
        netbox.dcim.devices.filter(colour="red")


def test_faults_are_told(door: Door) -> None:
    netbox = pynetbox_at(door.url, door.token)
    with pytest.raises(pynetbox.RequestError, match="zoo is not one of the available choices"):
        list(netbox.dcim.devices.filter(status="zoo"))
    with pytest.raises(pynetbox.RequestError, match="403"):
        list(pynetbox_at(door.url, "sn_wrong").dcim.devices.all())
    with pytest.raises(pynetbox.RequestError, match="405"):
        netbox.dcim.sites.create(name="x", slug="x")
