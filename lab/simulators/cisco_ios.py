"""A simulated Cisco IOS: running and startup configuration, an archive with revert timers, files on its flash."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from lab.simulators.cisco_ios_grammar import GRAMMAR, kind
from lab.simulators.clock import Clock, Timer
from lab.simulators.device import Cli, Simulated
from lab.simulators.tree import Node

PORTS = 8
SWITCHED_ON = datetime(2026, 11, 1, tzinfo=UTC)
FLASH_OCTETS = 122_185_728
EXISTS = re.compile(
    rf"interface (GigabitEthernet0/[0-{PORTS - 1}](\.\d+)?|GigabitEthernet0|(Loopback|Vlan|Tunnel|Port-channel)\d+)$"
)
NUMBERED = re.compile(r"(?:sequence )?(\d+) (?=permit|deny|remark|evaluate)")
DUPLEX = ("duplex auto", "speed auto")
STARTUP = "startup-config"


class Rejected(Exception):
    """A line the device does not take, in the device's words."""


@dataclass
class Pending:
    """A change that goes back unless it is confirmed."""

    before: Node
    minutes: int
    configured: datetime
    timer: Timer


class CiscoIos(Simulated):
    """A router with a row of ports. ``peers`` are router ids by interface, neighbours once OSPF runs there."""

    platform = "cisco-ios"
    full_words = "% No more lines available\n"
    version: ClassVar[str] = "17.9.4a"
    model: ClassVar[str] = "C8300-1N1S-4T2X"

    def __init__(self, name: str, startup: str, clock: Clock) -> None:
        self.files = {}
        self.peers: dict[str, str] = {}
        self.enable_secret: str | None = None
        self.user = "silesianet"
        self.pending: Pending | None = None
        self.startup = startup
        super().__init__(name, startup, clock)

    def boot(self, startup: str) -> None:
        """The timer of a pending change does not survive, nor does the change."""
        if self.pending is not None:
            self.pending.timer.cancel()
        self.pending = None
        self.booted = self.clock.now()
        self.tree = self.read(startup)

    def cli(self) -> Cli:
        from lab.simulators.cisco_ios_cli import IosCli

        return IosCli(self)

    def running(self) -> str:
        text = text_of(self.tree)
        return f"Building configuration...\n\nCurrent configuration : {len(text)} bytes\n!\n{text}end\n"

    def reboot(self) -> None:
        self.boot(self.startup)

    @property
    def hostname(self) -> str:
        """What the prompt says."""
        return (self.tree.find("hostname ") or f"hostname {self.name}").split()[1]

    @property
    def archives(self) -> bool:
        """Whether the archive is on, as timers need it."""
        return "archive" in self.tree.below and self.tree.below["archive"].find("path ") is not None

    def now(self) -> datetime:
        """Its clock."""
        return SWITCHED_ON + timedelta(seconds=self.clock.now())

    def read(self, text: str) -> Node:
        """The configuration a text gives; lines that are not understood are left out, as at a start."""
        from lab.simulators.cisco_ios_lines import load

        tree = Node()
        for port in range(PORTS):
            if f"interface GigabitEthernet0/{port}\n" not in f"{text}\n":
                tree.at((f"interface GigabitEthernet0/{port}",)).set("shutdown", GRAMMAR)
        load(tree, text)
        for port in range(PORTS):
            tree.at((f"interface GigabitEthernet0/{port}",))
        return tree

    def arm(self, minutes: int, before: Node) -> None:
        """Let the change that begins now go back after so many minutes."""
        if not self.archives:
            raise Rejected("%Turn config archive on before using Rollback Confirmed Change")
        if self.pending is not None:
            raise Rejected("%Rollback Confirmed Change already pending. Use configure confirm or configure revert")
        if not 1 <= minutes <= 120:
            raise Rejected("% Invalid input detected at '^' marker.")
        self.store("sn-archive", text_of(before))
        timer = self.clock.later(minutes * 60, self.revert)
        self.pending = Pending(before, minutes, self.now(), timer)

    def confirm(self) -> None:
        """Keep the pending change."""
        self._due().timer.cancel()
        self.pending = None

    def revert(self) -> None:
        """Go back to what was before the pending change."""
        pending = self._due()
        pending.timer.cancel()
        self.tree, self.pending = pending.before, None

    def _due(self) -> Pending:
        if self.pending is None:
            raise Rejected("%No Rollback Confirmed Change pending")
        return self.pending

    def save(self) -> None:
        """The running configuration becomes the one of the next start."""
        if self.faults.disk_full:
            raise Rejected("startup-config file open failed (Not enough space)")
        self.startup = text_of(self.tree)

    def store(self, name: str, text: str) -> None:
        """Write a file."""
        if self.faults.disk_full:
            raise Rejected(f"%Error opening flash:/{name} (No space left on device)")
        assert self.files is not None
        self.files[name] = text.encode()

    def file(self, place: str) -> str | None:
        """The text of a file, or of a configuration by its name."""
        name = place.rsplit(":", 1)[-1].lstrip("/")
        if name == "running-config":
            return text_of(self.tree)
        if name == STARTUP:
            return self.startup
        assert self.files is not None
        found = self.files.get(name)
        return None if found is None else found.decode(errors="replace")

    def neighbours(self) -> Iterator[tuple[str, str]]:
        """Router ids and interfaces of OSPF neighbours that are Full."""
        for port, peer in self.peers.items():
            below = self.tree.below.get(f"interface {port}")
            if below is not None and below.find("ip ospf 1 area") and "shutdown" not in below.below:
                yield peer, port


def text_of(tree: Node) -> str:
    """The configuration as `show running-config` prints it."""
    lines = ["!"]
    for header in sorted(tree.below, key=GRAMMAR.place):
        section = tree.below[header]
        inner = list(_shown(header, section))
        lines += [header, *inner, *(["!"] if inner or kind(header) else [])]
    return "".join(f"{line}\n" for line in lines)


def _shown(header: str, section: Node, depth: int = 1) -> Iterator[str]:
    """The lines of a section: rules without their numbers, ports with what they always say, secrets unreadable."""
    below = dict(section.below)
    if re.match(r"interface GigabitEthernet0(/\d+)?$", header):
        below |= dict.fromkeys(DUPLEX if "speed 1000" not in below else (), Node())
    if header.startswith("interface ") and not section.find("ip address "):
        below["no ip address"] = Node()
    for line in sorted(below, key=GRAMMAR.place):
        text = NUMBERED.sub("", line, count=1) if kind(header) == "access-list" else line
        if header.startswith("tacacs server") and text.startswith("key "):
            text = f"key 7 {hashlib.sha256(text.encode()).hexdigest()[:16].upper()}"
        yield " " * depth + text
        yield from _shown(line, below[line], depth + 1)
