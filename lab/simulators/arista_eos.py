"""A simulated Arista EOS: running and startup configuration, configuration sessions with commit timers, checkpoints."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_interface
from typing import ClassVar

from lab.simulators.clock import Clock, Timer
from lab.simulators.device import Cli, Handler, Simulated
from lab.simulators.tree import Grammar, Node, parse

PORTS = 48
SESSIONS = 5
CHECKPOINTS = 20
SERVICES = {22: "ssh", 23: "telnet", 53: "domain", 80: "www", 123: "ntp", 161: "snmp", 162: "snmptrap", 443: "https"}
"""Ports that EOS prints by their names."""


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in patterns)


GRAMMAR = Grammar(
    negation="no",
    sections=re.compile(
        r"interface |vlan \d|router |ipv6 router |(ip|ipv6) access-list |management |aaa group server |dhcp server"
    ),
    single=_all(
        r"hostname\b", r"snmp-server (contact|location|ipv4 access-list|ipv6 access-list)\b", r"description\b",
        r"(snmp-server user \S+)", r"(tacacs-server host \S+)", r"(alias \S+)", r"(aaa \S+ \S+ default)", r"name\b",
        r"shape rate\b", r"encapsulation\b", r"switchport access vlan\b", r"ip address (?!.*secondary)", r"router-id\b",
        r"(ip|ipv6) access-group \S+ (in|out)", r"(ip|ipv6) ospf (cost|dead-interval|hello-interval|network)\b",
        r"(ip|ipv6) ospf retransmit-interval\b", r"(ipv6 ospf \d+) area", r"ip ospf area\b", r"mtu\b",
    ),
    kept=re.compile(r"no (switchport|aaa root)$"),
    order=_all(
        r"alias ", r"hostname", r"ntp ", r"snmp-server contact", r"snmp-server", r"logging", r"tacacs", r"aaa group",
        r"aaa", r"vlan ", r"interface Ethernet", r"interface Loopback", r"interface Management", r"interface Vlan",
        r"ip access-list (?!standard)", r"ip access-list", r"ipv6 access-list (?!standard)", r"ipv6 access-list",
        r"ip routing", r"ipv6 unicast", r"ip route", r"router ospf", r"ipv6 router", r"management", r"description",
        r"no switchport", r"switchport", r"shape", r"encapsulation", r"ip address", r"ipv6 address",
        r"ip access-group", r"ipv6 access-group", r"ip ospf", r"ipv6 ospf", r"router-id", r"bfd", r"passive",
    ),
    step=3,
)  # fmt: skip

KNOWN = {
    "": r"(hostname|alias|ntp server|snmp-server|logging|tacacs-server|aaa|vlan \d+$|interface|ip access-list"
    r"|ipv6 access-list|ip routing|ipv6 unicast-routing|ip route|router ospf \d|ipv6 router ospf \d|management"
    r"|username|spanning-tree|service|transceiver|enable|ip name-server|clock|mac)\b",
    "interface": r"(description|switchport|shape rate|encapsulation dot1q|ip address|ipv6 (address|enable)|mtu|shutdown"
    r"|ip access-group|ipv6 access-group|ip ospf|ipv6 ospf|ip|ipv6|bfd|load-interval|dhcp)\b",
    "access-list": r"(\d+( (permit|deny|remark) .+)?$|(permit|deny) )",
    "vlan": r"(name|state)\b",
    "router": r"(router-id|bfd default|passive-interface|default-information|network|redistribute|max-lsa|timers)\b",
    "management": r"(ip access-group|ipv6 access-group|idle-timeout|protocol|shutdown)\b",
    "aaa": r"server ",
}
EXISTS = re.compile(
    rf"interface (Ethernet({'|'.join(map(str, range(1, PORTS + 1)))})(\.\d+)?|Loopback\d+|Vlan\d+|Management1)$"
)


class Rejected(Exception):
    """A line the device does not take, in the device's words."""


@dataclass
class Candidate:
    """A configuration session."""

    tree: Node
    state: str = "pending"


@dataclass
class Pending:
    """A committed session that goes back unless it is confirmed."""

    name: str
    before: Node
    due: float
    timer: Timer


@dataclass
class Flash:
    """What survives a restart."""

    startup: str
    files: dict[str, bytes] = field(default_factory=dict)
    checkpoints: dict[str, str] = field(default_factory=dict)


class AristaEos(Simulated):
    """A switch with a row of ports. ``peers`` are router ids by interface, neighbours once OSPF runs there."""

    platform = "arista-eos"
    full_words = "% Error: maximum number of sessions reached\n"
    version: str = "4.30.4M"
    model: ClassVar[str] = "DCS-7050SX3-48YC8"

    def __init__(self, name: str, startup: str, clock: Clock) -> None:
        self.flash = Flash(startup)
        self.files = self.flash.files
        self.peers: dict[str, str] = {}
        self.pending: Pending | None = None
        super().__init__(name, startup, clock)

    def boot(self, startup: str) -> None:
        """Sessions and their timers do not survive; checkpoints and files do."""
        if self.pending is not None:
            self.pending.timer.cancel()
        self.pending, self.sessions = None, dict[str, Candidate]()
        self.booted = self.clock.now()
        self.tree = self.with_ports(parse(startup, GRAMMAR))

    def cli(self) -> Cli:
        from lab.simulators.arista_cli import EosCli

        return EosCli(self)

    def doors(self) -> Mapping[str, Handler]:
        """The command API over HTTP."""
        from lab.simulators.eapi import Eapi

        return {"eapi": Eapi(self).serve}

    def running(self) -> str:
        return self.printed(self.tree)

    def reboot(self) -> None:
        """What was not saved is gone, a commit that waited for its confirmation too."""
        self.boot(self.flash.startup)

    @property
    def hostname(self) -> str:
        """The name in prompts."""
        line = self.tree.find("hostname ")
        return line.split()[1] if line else "localhost"

    @property
    def uptime(self) -> float:
        """Seconds since it was switched on."""
        return self.clock.now() - self.booted + 60

    def printed(self, tree: Node) -> str:
        """A configuration as the device shows it."""
        head = f"! Command: show running-config\n! device: {self.hostname} ({self.model}, EOS-{self.version})\n!\n"
        return f"{head}{tree.text(GRAMMAR)}!\nend\n"

    def with_ports(self, tree: Node) -> Node:
        """The same with the ports that cannot be taken away."""
        for port in (*(f"Ethernet{n}" for n in range(1, PORTS + 1)), "Management1"):
            tree.at((f"interface {port}",))
        return tree

    def configure(self, tree: Node, path: tuple[str, ...], line: str) -> tuple[str, ...]:
        """Take a line within a section of a tree; the section it leads to. Rejected says why not."""
        positive = GRAMMAR.positive(line)
        checked = positive if positive is not None else line
        if self.faults.reject and re.search(self.faults.reject, line):
            raise Rejected("% Invalid input (at token 0)")
        where = path if path and self._known(path[-1], checked) else ()
        if not self._known(where[-1] if where else "", checked):
            raise Rejected("% Invalid input (at token 0)")
        self._sound(where, checked, positive is not None, tree)
        if positive is not None:
            line = f"no {_forgotten(positive)}"
        line = _placed(tree.at(where), _named(line)) if where and "access-list" in where[-1] else _named(line)
        opened = tree.at(where).enter(line, GRAMMAR)
        self.with_ports(tree)
        return (*where, line) if opened is not None else where

    def commit(self, name: str, seconds: float | None = None) -> None:
        """Run a session's configuration, for so many seconds or for good."""
        if self.pending is not None:
            if seconds is not None or self.pending.name != name:
                raise Rejected(f"% Commit timer of session {self.pending.name} is still running")
            self.pending.timer.cancel()
            self.pending = None
            return
        session = self.sessions.get(name)
        if session is None or session.state != "pending":
            raise Rejected(f"% Session {name} does not exist or is already completed")
        session.state = "completed"
        before = self.tree
        if not self.faults.ignore_commit:
            self.tree = session.tree.copy()
        if seconds is not None:
            timer = self.clock.later(seconds, self.take_back)
            self.pending = Pending(name, before, self.clock.now() + seconds, timer)

    def take_back(self) -> None:
        """Run again what was before the commit that was not confirmed."""
        if self.pending is not None:
            self.pending.timer.cancel()
            self.tree, self.pending = self.pending.before, None

    def open_session(self, name: str) -> Candidate:
        """The session of a name, new if need be."""
        found = self.sessions.get(name)
        if found is not None and found.state == "pending":
            return found
        if sum(s.state == "pending" for s in self.sessions.values()) >= SESSIONS:
            raise Rejected("% Maximum number of pending sessions has been reached. Please commit or abort")
        self.sessions[name] = Candidate(self.tree.copy())
        return self.sessions[name]

    def abort(self, name: str) -> None:
        """Give a session up; one whose timer runs is taken back."""
        if self.pending is not None and self.pending.name == name:
            self.take_back()
        elif self.sessions.pop(name, None) is None:
            raise Rejected(f"% Session {name} does not exist")

    def write(self, what: str) -> None:
        """Room on the flash for something to keep; Rejected when there is none."""
        if self.faults.disk_full:
            raise Rejected(f"% Error {what} (No space left on device)")

    def save(self) -> None:
        """Running configuration to startup configuration."""
        self.write("copying system:/running-config to flash:/startup-config")
        self.flash.startup = self.running()

    def checkpoint(self, name: str) -> None:
        """Keep the running configuration under a name; the oldest makes room."""
        self.write(f"saving checkpoint {name}")
        self.flash.checkpoints.pop(name, None)
        while len(self.flash.checkpoints) >= CHECKPOINTS:
            del self.flash.checkpoints[next(iter(self.flash.checkpoints))]
        self.flash.checkpoints[name] = self.running()

    def replace(self, text: str) -> None:
        """Run another configuration at once."""
        self.tree = self.with_ports(parse(text, GRAMMAR))

    def neighbours(self) -> dict[str, str]:
        """Router ids of OSPF neighbours by the interfaces they are seen on."""
        return {
            port: id_
            for port, id_ in self.peers.items()
            if (node := self.tree.below.get(f"interface {port}")) and "ip ospf area 0.0.0.0" in node.below
        }

    @staticmethod
    def _known(section: str, line: str) -> bool:
        words = section.split()[:2]
        kind = next((k for k in KNOWN if k and k in words), "")
        return (bool(kind) or not section) and bool(re.match(KNOWN[kind], line))

    @staticmethod
    def _sound(path: tuple[str, ...], line: str, negated: bool, tree: Node) -> None:
        words = line.split()
        if not path and words[0] == "interface" and not EXISTS.match(line):
            raise Rejected("% Invalid input (at token 1)")
        if negated:
            return
        if words[:2] in (["ip", "address"], ["ipv6", "address"]):
            try:
                ip_interface(words[2])
            except (ValueError, IndexError) as fault:
                raise Rejected("% Invalid input (at token 2)") from fault
        if path and "access-list" in path[-1] and words[0].isdigit():
            same = tree.at(path).find(f"{words[0]} ")
            if same is not None and same != _named(line):
                raise Rejected("% Error: Duplicate sequence number")


def _named(line: str) -> str:
    """A line as it is kept: ports by their names, passwords unreadable."""
    line = re.sub(r"\b(eq|gt) (\d+)", lambda m: f"{m[1]} {SERVICES.get(int(m[2]), m[2])}", line)
    line = re.sub(r"^(tacacs-server host \S+ key) (?!7 )\S+$", r"\1 7 0700021A0F1C", line)
    return re.sub(
        r"^(snmp-server user \S+ \S+ v3) auth (\S+) \S+ priv (\S+) \S+$",
        r"\1 localized f5717f00 auth \2 a1 priv \3 b2",
        line,
    )


def _placed(section: Node, line: str) -> str:
    """A rule with the number the device gives it, or with that of the rule it takes away."""
    positive = GRAMMAR.positive(line)
    if (positive or line).split()[0].isdigit():
        return line
    if positive is not None:
        same = next((old for old in section.below if old.partition(" ")[2] == positive), positive)
        return f"no {same}"
    last = max((int(old.split()[0]) for old in section.below), default=0)
    return f"{last + 10} {line}"


def _forgotten(line: str) -> str:
    """What a negated line takes away, whatever stands behind what names it."""
    found = re.match(r"(snmp-server user \S+ \S+ v3|tacacs-server host \S+)\b", line)
    return found[0] if found else line
