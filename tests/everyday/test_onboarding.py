"""A box becomes a device only if the inventory says so, once, with the key it showed; else nothing is written."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import paramiko  # type: ignore[import-untyped]
import pytest

from automation.change import State
from automation.connect import Access
from automation.onboarding.identity import MAC, Identity, match, normal
from automation.onboarding.onboard import Onboarding
from automation.onboarding.scan import hosts, scan
from automation.transports.errors import DeviceUnreachable
from automation.transports.known_hosts import HostKey, pin, pinned
from inventory.database.store import InventoryStore
from inventory.errors import RefusedRequest, WrongUsage
from inventory.model.network import Network
from tests.everyday.conftest import Scene
from tests.support.boxes import Box

CORE1, CORE2 = "127.0.71.1", "127.0.71.2"
IOS = "Cisco IOS Software\nProcessor board ID {}\n"
New = Callable[[str, str], Box]


@pytest.fixture
def new() -> Iterator[New]:
    """Switches boxes on."""
    boxes: list[Box] = []

    def make(address: str, serial: str) -> Box:
        boxes.append(Box(address, {"show version": IOS.format(serial)}))
        return boxes[-1]

    yield make
    for box in boxes:
        box.close()


def onboarding(scene: Scene, folder: Path, **boxes: Box) -> Onboarding:
    """Ways to boxes that stand for devices."""
    if not (folder / "key").exists():
        paramiko.ECDSAKey.generate().write_private_key_file(str(folder / "key"))
    places = {name: (box.address, box.port) for name, box in boxes.items()}
    access = Access(folder / "key", folder / "known_hosts", places=places)
    return Onboarding(scene.changes, replace(access, connect_seconds=5))


def test_a_box_is_recognised_pinned_configured_and_verified(scene: Scene, tmp_path: Path, new: New) -> None:
    work = onboarding(scene, tmp_path, core1=new(CORE1, "DEMO-CORE1"))
    found = work.recognise(CORE1)
    assert (found.device, str(found.identity), found.known) == ("core1", "DEMO-CORE1", False)
    assert not (tmp_path / "known_hosts").exists(), "recognising writes nothing"
    report = work.carry_out(found, "anna")
    assert report.state is State.CONFIRMED
    assert scene.devices.run("core1") == str(scene.changes.render("core1"))
    assert work.recognise(CORE1).known


def test_a_box_nobody_knows_is_refused(scene: Scene, tmp_path: Path, new: New) -> None:
    work = onboarding(scene, tmp_path, core1=new(CORE1, "STRANGER-1"))
    with pytest.raises(RefusedRequest, match="no device of the inventory is STRANGER-1"):
        work.recognise(CORE1)


def test_a_box_at_the_place_of_another_is_refused(scene: Scene, tmp_path: Path, new: New) -> None:
    work = onboarding(scene, tmp_path, core1=new(CORE1, "DEMO-CORE2"), core2=new(CORE2, "DEMO-CORE2"))
    with pytest.raises(RefusedRequest, match=rf"{CORE1} is no management address of core2"):
        work.recognise(CORE1)


def test_a_serial_that_is_alive_elsewhere_is_refused(scene: Scene, tmp_path: Path, new: New) -> None:
    one, two = new(CORE1, "DEMO-CORE1"), new(CORE2, "DEMO-CORE1")
    work = onboarding(scene, tmp_path, core1=one, other=two)
    key = HostKey.of(one.key.get_base64())
    with pytest.raises(RefusedRequest, match=rf"core1 is alive at {CORE2} with another key"):
        work._not_elsewhere("core1", CORE1, (CORE1, CORE2), key)


def test_a_changed_key_stops_unless_another_box_stands_there(scene: Scene, tmp_path: Path, new: New) -> None:
    work = onboarding(scene, tmp_path, core1=(box := new(CORE1, "DEMO-CORE1")))
    work.carry_out(work.recognise(CORE1), "anna")
    before, box.key = box.key, paramiko.ECDSAKey.generate()
    with pytest.raises(DeviceUnreachable, match="host-key: the key of DEMO-CORE1 is not the one pinned"):
        work.recognise(CORE1, replaces=True)
    assert pinned(tmp_path / "known_hosts", f"[{CORE1}]:{box.port}") == {HostKey.of(before.get_base64())}
    box.says["show version"] = IOS.format("NEW-1")
    with pytest.raises(RefusedRequest, match="no device of the inventory is NEW-1"):
        work.recognise(CORE1)
    rewritten(scene, "core1", "NEW-1")
    found = work.recognise(CORE1)
    assert found.device == "core1" and work.carry_out(found, "anna").state is State.CONFIRMED
    assert pinned(tmp_path / "known_hosts", f"[{CORE1}]:{box.port}") == {HostKey.of(box.key.get_base64())}


def rewritten(scene: Scene, slug: str, serial: str) -> None:
    """Write another serial number into the inventory."""
    network = scene.changes.inventory.network()
    devices = tuple(d.model_copy(update={"serial": serial}) if d.slug == slug else d for d in network.devices)
    InventoryStore(scene.changes.engine).write(network.model_copy(update={"devices": devices}), "anna", "a new box")


def test_a_key_pinned_by_hand_is_replaced_only_on_request(scene: Scene, tmp_path: Path, new: New) -> None:
    work = onboarding(scene, tmp_path, core1=(box := new(CORE1, "DEMO-CORE1")))
    other = paramiko.ECDSAKey.generate()
    pin(tmp_path / "known_hosts", [f"[{CORE1}]:{box.port}"], HostKey.of(other.get_base64()))
    with pytest.raises(DeviceUnreachable, match="say --replaces"):
        work.recognise(CORE1)
    assert work.recognise(CORE1, replaces=True).device == "core1"


def test_records_are_matched_by_serial_or_mac_and_never_by_two(city: Network) -> None:
    def with_serials(**serials: str) -> Network:
        devices = [d.model_copy(update={"serial": serials.get(d.slug, d.serial)}) for d in city.devices]
        return city.model_copy(update={"devices": tuple(devices)})

    by_mac = with_serials(core1="0a1b.2c3d.4e5f")
    assert match(by_mac, Identity(None, frozenset({"0a:1b:2c:3d:4e:5f"}))).slug == "core1"
    with pytest.raises(RefusedRequest, match="several devices are S1: "):
        match(with_serials(core1="S1", core2="S1"), Identity("S1", frozenset()))
    host = next(d for d in city.devices if d.platform is None)
    with pytest.raises(RefusedRequest, match="no platform"):
        match(with_serials(**{host.slug: "S2"}), Identity("S2", frozenset()))


@pytest.mark.parametrize("text", ["0A-1B-2C-3D-4E-5F", "0a1b.2c3d.4e5f", "0a1b-2c3d-4e5f", "0a:1b:2c:3d:4e:5f"])
def test_a_mac_is_read_however_it_is_written(text: str) -> None:
    assert MAC.findall(f"lan0 {text} up") == [text] and normal(text) == "0a:1b:2c:3d:4e:5f"


def test_only_prefixes_for_management_are_scanned(city: Network) -> None:
    assert "172.31.0.6" in hosts(city, "172.31.0.0/29")
    for wrong in ("10.44.10.0/24", "8.8.8.0/24", "0.0.0.0/0", "2001:db8::/64", "x", "10.254.0.0/16"):
        with pytest.raises(WrongUsage):
            hosts(city, wrong)


def test_a_scan_tells_every_box_and_why_it_is_no_device(scene: Scene, tmp_path: Path, new: New) -> None:
    work = onboarding(scene, tmp_path, core1=new(CORE1, "DEMO-CORE1"), core2=new(CORE2, "STRANGER-2"))
    found = {seen.host: seen for seen in scan(work, (CORE1, CORE2, "127.0.71.3"))}
    assert set(found) == {CORE1, CORE2}
    assert found[CORE1].candidate and "STRANGER-2" in found[CORE2].reason


def test_pinning_leaves_other_lines_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "known_hosts"
    keys = [paramiko.ECDSAKey.generate() for _ in range(3)]
    path.write_text(
        f"# ours\na,b {keys[0].get_name()} {keys[0].get_base64()}\nc {keys[1].get_name()} {keys[1].get_base64()}\n"
    )
    pin(path, ["b", "d"], HostKey.of(keys[2].get_base64()))
    assert path.read_text().startswith("# ours\na ecdsa")
    for host, key in (("a", keys[0]), ("c", keys[1])):
        assert pinned(path, host) == {HostKey.of(key.get_base64())}
    assert pinned(path, "b") == pinned(path, "d") == {HostKey.of(keys[2].get_base64())}
