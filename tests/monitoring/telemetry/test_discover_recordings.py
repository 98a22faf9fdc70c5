"""Discovery against recordings of real devices: what they say is found, what they do not say is null."""

import asyncio
import json
import os
import socket
import threading
from bisect import bisect_right
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from api.cli.devices import app as devices_app
from monitoring.discovery import FoundDevice, discover
from monitoring.snmp import ber
from monitoring.snmp.credentials import Community
from monitoring.snmp.pysnmp_session import Client
from monitoring.snmp.session import Oid, oid

SHARED = Path(os.environ.get("SILESIANET_SHARED") or Path(__file__).parents[4] / "shared")
RECORDINGS = SHARED / "data" / "recorded-devices"
VENDORS = {
    "ios_2960x": "Cisco",
    "junos_vmx": "Juniper",
    "vrp_5720": "Huawei",
    "routeros_rb760igs": "MikroTik",
    "arista_eos": "Arista",
    "fortigate_webfilter": "Fortinet",
    "openwrt": None,
    "unifi_nanohd": None,
}
PLATFORMS = {
    "ios_2960x": "cisco-ios",
    "junos_vmx": "juniper-junos",
    "vrp_5720": "huawei-vrp",
    "routeros_rb760igs": "mikrotik-routeros",
    "arista_eos": "arista-eos",
}
"""The others are no platform of ours, or cannot be told by SNMP."""
SCRUBBED = {"<private>", "12345678"}
"""Written by whoever published the recording, over what a private table of the maker said."""
NO_SUCH, END = b"\x80\x00", b"\x82\x00"


def tlv(tag: int, content: bytes) -> bytes:
    length = len(content)
    if length < 128:
        return bytes([tag, length]) + content
    return bytes([tag, 0x82]) + length.to_bytes(2, "big") + content


def encoded_oid(name: Oid) -> bytes:
    out = bytearray()
    for arc in (name[0] * 40 + name[1], *name[2:]):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(arc & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return tlv(ber.OBJECT, bytes(out))


def encoded_value(kind: str, text: str) -> bytes:
    if kind in ("4", "4x"):
        return tlv(ber.OCTETS, bytes.fromhex(text) if kind == "4x" else text.encode())
    if kind == "6":
        return encoded_oid(oid(text))
    if kind in ("64", "64x"):
        octets = bytes.fromhex(text) if kind == "64x" else bytes(map(int, text.split(".")))
        return tlv(ber.ADDRESS, octets)
    number = int(text)
    return tlv(int(kind), number.to_bytes(number.bit_length() // 8 + 1, "big", signed=True))


class Replayer:
    """Answers GET, GETNEXT and GETBULK from a recording, sorted and without duplicates."""

    def __init__(self, recording: Path) -> None:
        objects: dict[Oid, bytes] = {}
        for line in recording.read_text(errors="replace").splitlines():
            name, kind, text = line.split("|", 2)
            objects.setdefault(oid(name), encoded_value(kind, text))
        self.names = sorted(objects)
        self.objects = objects
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.ended = False
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self) -> None:
        self.socket.settimeout(0.2)
        while not self.ended:
            try:
                message, sender = self.socket.recvfrom(65535)
            except TimeoutError:
                continue
            self.socket.sendto(self.answer(message), sender)
        self.socket.close()

    def answer(self, message: bytes) -> bytes:
        _, body, _ = ber.element(message)
        (_, version), (_, community), (tag, pdu) = ber.elements(body)
        (_, request), (_, first), (_, second), (_, bindings) = ber.elements(pdu)
        wanted = [ber.object_id(next(iter(ber.elements(b)))[1]) for _, b in ber.elements(bindings)]
        found = self.bulk(wanted, ber.integer(first), ber.integer(second)) if tag == 0xA5 else []
        if tag != 0xA5:
            found = [self.after(n) if tag == 0xA1 else (n, self.objects.get(n, NO_SUCH)) for n in wanted]
        pairs = b"".join(tlv(ber.SEQUENCE, encoded_oid(name) + value) for name, value in found)
        zero = tlv(ber.INTEGER, b"\0")
        content = tlv(ber.INTEGER, request) + zero + zero + tlv(ber.SEQUENCE, pairs)
        head = tlv(ber.INTEGER, version) + tlv(ber.OCTETS, community)
        return tlv(ber.SEQUENCE, head + tlv(0xA2, content))

    def bulk(self, wanted: list[Oid], scalars: int, repetitions: int) -> list[tuple[Oid, bytes]]:
        found = [self.after(name) for name in wanted[:scalars]]
        cursor = wanted[scalars:]
        for _ in range(repetitions):
            row = [self.after(name) for name in cursor]
            found += row
            cursor = [name for name, _ in row]
        return found[:60]

    def after(self, name: Oid) -> tuple[Oid, bytes]:
        place = bisect_right(self.names, name)
        return (self.names[place], self.objects[self.names[place]]) if place < len(self.names) else (name, END)


@pytest.fixture
def replayer(request: pytest.FixtureRequest) -> Iterator[Replayer]:
    if not RECORDINGS.is_dir():
        assert not os.environ.get("CI"), f"{RECORDINGS} must be there under CI"
        pytest.skip(f"{RECORDINGS} is absent")
    replayer = Replayer(RECORDINGS / "snmprec" / f"{request.param}.snmprec")
    yield replayer
    replayer.ended = True
    replayer.thread.join(5)


def found_at(port: int) -> FoundDevice:
    async def run() -> FoundDevice:
        client = Client(Community.model_validate({"community": "any"}), timeout=2, retries=1)
        try:
            return await discover(client.session("127.0.0.1", port))
        finally:
            client.close()

    return asyncio.run(run())


def expected(name: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    document = json.loads((RECORDINGS / "expected" / f"{name}.json").read_text())
    return document["os"]["discovery"]["devices"][0], document["ports"]["discovery"]["ports"]


@pytest.mark.parametrize(("replayer", "name"), [(name, name) for name in VENDORS], indirect=["replayer"])
def test_a_recorded_device_is_found_as_it_is(replayer: Replayer, name: str) -> None:
    found, (device, ports) = found_at(replayer.port), expected(name)
    assert f".{found.sys_object_id}" == device["sysObjectID"]
    assert found.vendor == VENDORS[name]
    assert found.platform == PLATFORMS.get(name)
    if device["serial"] and device["serial"] not in SCRUBBED:
        assert found.serial in (device["serial"], None)
    by_index = {i.index: i for i in found.interfaces}
    for port in ports:
        interface = by_index[int(port["ifIndex"])]
        if not str(port["ifName"]).startswith("<"):
            assert interface.name in (port["ifName"], port["ifDescr"])
        if port["ifOperStatus"] in ("up", "down"):
            assert interface.oper == port["ifOperStatus"]
        if interface.type is not None and not interface.type.isdigit():
            assert interface.type == port["ifType"]
        mac = (interface.mac or "").replace(":", "")
        assert mac in (port["ifPhysAddress"] or "", "") or port["ifPhysAddress"] is None


@pytest.mark.parametrize("replayer", ["ios_2960x"], indirect=True)
def test_the_command_prints_the_contract(replayer: Replayer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path))
    arguments = ["discover", f"127.0.0.1:{replayer.port}", "--community", "any", "--json"]
    result = CliRunner().invoke(devices_app, arguments)
    assert result.exit_code == 0, result.output
    document = json.loads(result.stdout)
    keys = "sys_name sys_object_id sys_descr vendor platform model version serial uptime_seconds interfaces"
    assert list(document) == keys.split()
    columns = ["index", "name", "alias", "type", "mtu", "speed_bps", "mac", "admin", "oper"]
    assert list(document["interfaces"][0]) == columns
    assert document["version"] == "15.0(2a)EX5"
    assert document["model"] == "WS-C2960X-48FPS-L"


def test_no_recording_breaks_discovery() -> None:
    """Every recording there is answers; a device without an interface table is a device without interfaces."""
    if not RECORDINGS.is_dir():
        pytest.skip(f"{RECORDINGS} is absent")
    for path in sorted((RECORDINGS / "snmprec").glob("*.snmprec"))[:12]:
        replayer = Replayer(path)
        try:
            assert found_at(replayer.port).sys_object_id
        finally:
            replayer.ended = True
