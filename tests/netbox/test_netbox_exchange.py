"""Push and pull with the real NetBox: what is shown is done, twice changes nothing, a kill leaves nothing half done."""

import json
from pathlib import Path
from typing import Any

import pytest

from inventory.diff import diff
from inventory.model.network import Network
from inventory.sources.netbox.mirror import READING
from tests.support.facts import edit, remove
from tests.support.netbox_rows import held
from tests.support.netbox_side import Pushed, Side

pytestmark = pytest.mark.netbox


def test_a_push_that_was_killed_is_finished_by_the_next(pushed: Pushed, side: Side, quarter_city: Network) -> None:
    """Nothing is made twice, and our own store is not touched by a push."""
    assert pushed.revision_after_kill == side.context.inventory.revision() == 1
    assert 0 < pushed.sites_after_kill <= len(quarter_city.sites) and pushed.addresses_after_kill == 0
    assert "written" in pushed.printed
    assert side.theirs.dcim.sites.count() == len(quarter_city.sites)
    assert side.theirs.dcim.devices.count() == len(quarter_city.devices)
    core = side.theirs.dcim.devices.get(name="core1")
    assert str(core.primary_ip4) == "10.255.0.1/32"
    assert side.theirs.circuits.circuits.get(cid="c-core1--gw-dc").termination_z.termination.slug == "dc"


def test_the_second_time_nothing_changes(side: Side) -> None:
    last = side.theirs.core.object_changes.count()
    assert "nothing to change in NetBox" in side.run("push", "--yes")
    assert "nothing to change here" in side.run("pull", "--yes")
    said = json.loads(side.run("diff", "--json"))
    assert said["pull"]["summary"] == {"created": 0, "updated": 0, "deleted": 0}
    assert said["push"]["summary"] == {"created": 0, "updated": 0, "custom_fields": 0}
    assert side.theirs.core.object_changes.count() == last
    assert side.context.inventory.revision() == 1


def test_an_empty_inventory_gets_all_of_it_back(side: Side, quarter_city: Network, tmp_path: Path) -> None:
    """A pull is killed while it reads devices: nothing was written; the next goes on there and finishes."""
    new = Side(tmp_path / "new", side.netbox)
    new.context.inventory.network()

    def reading_devices() -> bool:
        state = new.mirror.state(READING)
        return bool(state) and state["path"] == "dcim/devices"

    new.kill_when(reading_devices, "pull", "--yes", SILESIANET_NETBOX_PAGE="4")
    assert new.context.inventory.revision() == 0
    kept = len(list(new.mirror.rows("dcim/sites")))
    side.theirs.dcim.sites.get(slug="dc").update({"facility": "changed while nobody read"})
    said = new.run("pull", "--yes")
    assert kept == len(quarter_city.sites) and "was taken up where it stopped" in said
    assert [*diff(held(quarter_city), new.context.inventory.network()).lines()] == []
    assert new.run("push", "--dry-run").endswith("nothing to change in NetBox\n")


def test_netbox_wins_where_it_owns(side: Side) -> None:
    theirs = side.theirs
    theirs.dcim.sites.get(slug="dc").update({"name": "Serwerownia", "custom_fields": {"silesia_people_served": 7}})
    theirs.dcim.devices.get(name="core1").update({"serial": "NEW-1"})
    port = theirs.dcim.interfaces.get(device="core1", name="eth1")
    port.update({"description": "do pętli"})
    theirs.ipam.ip_addresses.create(
        address="10.254.9.1/31", assigned_object_type="dcim.interface", assigned_object_id=port.id
    )
    said = side.run("pull", "--yes")
    assert "2 updated" in said and "name: Miejskie centrum danych → Serwerownia" in said
    network = side.context.inventory.network()
    assert (network.site["dc"].name, network.site["dc"].people_served) == ("Serwerownia", 0)
    core = network.device["core1"].interface("eth1")
    assert core is not None and core.description == "do pętli" and "10.254.9.1/31" in map(str, core.addresses)
    assert "cf_silesia_people_served: 7 → 0" in side.run("push", "--yes")
    assert theirs.dcim.sites.get(slug="dc").custom_fields["silesia_people_served"] == 0


def test_we_win_where_we_own_and_only_that_is_written(side: Side) -> None:
    changed = edit(side.context.inventory.network(), "sites", "dc", people_served=12, name="Ours")
    side.context.inventory.write(changed, "tests", "a count")
    document = json.loads(side.run("push", "--yes", "--json"))
    fields = [{"name": "cf_silesia_people_served", "theirs": 0, "ours": 12}]
    assert document["updates"] == [{"path": "dcim/sites", "key": "dc", "fields": fields}]
    site = side.theirs.dcim.sites.get(slug="dc")
    assert (site.name, site.custom_fields["silesia_people_served"]) == ("Miejskie centrum danych", 12)
    entry = next(iter(side.theirs.core.object_changes.filter(changed_object_id=site.id, ordering="-id")))
    assert entry.message == "SilesiaNet, revision 2"


def test_deletions_are_told_and_done_only_when_asked_for(side: Side) -> None:
    side.theirs.dcim.cables.get(label="P-002").delete()
    side.theirs.tenancy.contacts.get(name="noc-duty").update({"phone": "+48 32 000 00 00"})
    said = side.run("pull", "--yes")
    assert "gone from NetBox, kept here; --delete removes them:\n- cable:patch-gw-dc-eth1" in said
    assert "phone" in said and len(side.context.inventory.network().cables) == 3
    assert "? dcim/cables patch-gw-dc-eth1" in side.run("push", "--yes")
    assert "- cable:patch-gw-dc-eth1" in side.run("pull", "--yes", "--delete")
    assert len(side.context.inventory.network().cables) == 2
    side.context.inventory.write(
        remove(side.context.inventory.network(), "cables", "patch-core1-eth5"), "tests", "unplugged"
    )
    assert "gone here, kept in NetBox; --delete removes them" in side.run("push", "--yes")
    assert side.theirs.dcim.cables.get(label="P-001")
    side.run("push", "--yes", "--delete")
    assert side.theirs.dcim.cables.get(label="P-001") is None
    assert "nothing to change" in side.run("push", "--yes")


def test_nothing_is_written_without_a_yes(side: Side) -> None:
    side.theirs.dcim.devices.get(name="core1").update({"serial": "NEW-2"})
    assert "serial: DEMO-CORE1 → NEW-2" in side.run("pull", "--dry-run")
    assert "nobody can be asked here" in side.run("pull", expect=1)
    assert "nobody can be asked here" in side.run("pull", "--json", expect=1)
    assert side.context.inventory.revision() == 1


def test_another_netbox_is_not_taken_for_the_one_we_know(side: Side) -> None:
    elsewhere = side.netbox.url.replace("127.0.0.1", "localhost")
    said = side.run("pull", "--yes", "--url", elsewhere, expect=2)
    assert "paired with the NetBox at" in said and "--forget" in said
    assert "nothing to change here" in side.run("pull", "--yes", "--forget", "--url", elsewhere)


@pytest.fixture
def unfit(side: Side) -> dict[str, Any]:
    """What real databases hold: names that are no slugs, objects that say too little or lie elsewhere."""
    theirs = side.theirs
    site = theirs.dcim.sites.create(name="Żory, Rynek 1", slug="Zory_1")
    maker = theirs.dcim.manufacturers.create(name="Acme", slug="acme")
    kind = theirs.dcim.device_types.create(manufacturer=maker.id, model="SW 24", slug="sw-24")
    role = theirs.dcim.device_roles.create(name="Access switch", slug="access-switch")
    switch = theirs.dcim.devices.create(name="SW Żory #1", site=site.id, device_type=kind.id, role=role.id)
    theirs.dcim.interfaces.create(device=switch.id, name="GigabitEthernet0/0/1", type="1000base-t")
    theirs.ipam.prefixes.create(prefix="10.200.0.0/16")
    return {"site": site, "switch": switch}


def test_records_that_do_not_fit_are_made_to_fit_or_left_out(side: Side, unfit: dict[str, Any]) -> None:
    said = side.run("pull", "--yes")
    assert "left out: prefix:10-200-0-0-16: role" in said and "assumed: sites site_class: pop" in said
    network = side.context.inventory.network()
    assert network.site["zory-1"].name == "Żory, Rynek 1"
    switch = network.device["sw-zory-1"]
    assert (switch.vendor, switch.model, switch.role) == ("Acme", "SW 24", "server")
    assert [port.name for port in switch.interfaces] == ["GigabitEthernet0/0/1"]
    unfit["switch"].update({"name": "renamed", "serial": "S1"})
    side.run("pull", "--yes")
    assert side.context.inventory.network().device["sw-zory-1"].serial == "S1"
    assert side.theirs.dcim.interfaces.get(device_id=unfit["switch"].id).name == "GigabitEthernet0/0/1"
