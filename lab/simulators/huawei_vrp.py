"""A simulated Huawei VRP8: two-stage configuration, trial commits with a timer, rollback points, files.

Given ``generation = 5`` it is a VRP5, where lines take effect at once and nothing is tried.
"""

import re
from dataclasses import dataclass, field
from ipaddress import ip_interface

from lab.simulators.clock import Clock, Timer
from lab.simulators.device import Cli, Simulated
from lab.simulators.tree import Grammar, Node, parse

PORTS = 48
POINTS = 80
WORDS = {20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet", 53: "domain", 80: "www", 123: "ntp", 161: "snmp"}
"""Ports that VRP prints by their names."""
ADDRESS6 = re.compile(r"(?<![\w:])[0-9a-f]*:[0-9a-f:]*:[0-9a-f]*(?:/\d+)?")
UNRECOGNIZED = "Error: Unrecognized command found at '^' position."
TOO_MANY = "Error: Too many parameters found at '^' position."


def _all(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(p) for p in patterns)


GRAMMAR = Grammar(
    negation="undo",
    sections=re.compile(
        r"interface |vlan \d+$|acl |ospf \d|ospfv3 \d+$|area |aaa$|bfd$|hwtacacs server template |user-interface "
        r"|authentication-scheme |authorization-scheme |domain "
    ),
    single=_all(
        r"sysname\b", r"router id\b", r"router-id\b", r"description\b", r"name\b", r"port default vlan\b", r"qos lr\b",
        r"ip address (?!.*sub$)", r"(ospf|ospfv3) (cost|network-type|timer \w+)\b",
        r"snmp-agent sys-info (contact|location)\b",
        r"(snmp-agent usm-user v3 \S+ (?:group|authentication-mode|privacy-mode))", r"snmp-agent acl\b", r"mtu\b",
        r"hwtacacs server shared-key\b", r"(ssh (?:ipv6 )?server acl)", r"authentication-mode\b",
        r"authorization-mode\b", r"dot1q termination vid\b", r"(rule \d+)\b", r"default-domain admin\b",
    ),
    kept=re.compile(r"undo portswitch$"),
    order=_all(
        r"sysname", r"router id", r"info-center", r"vlan", r"hwtacacs enable", r"hwtacacs", r"bfd", r"acl ipv6",
        r"acl", r"aaa", r"interface MEth", r"interface Vlanif", r"interface GE", r"interface LoopBack", r"ospf ",
        r"ospfv3 \d+$", r"ip route", r"snmp-agent$", r"snmp-agent", r"stelnet", r"ssh", r"user-interface", r"ntp",
        r"description", r"undo portswitch", r"ipv6 enable", r"ip address", r"ipv6 address",
    ),
    comment="#",
)  # fmt: skip

KNOWN = {
    "": r"(sysname|router id|info-center|vlan \d+$|hwtacacs (enable|server template)|acl (ipv6 )?(number )?\d+$|aaa$"
    r"|bfd$|interface|ospf \d+$|ospfv3 \d+$|ip route-static|snmp-agent|ntp|stelnet|ssh|telnet|user-interface)\b",
    "interface": r"(description|undo portswitch|portswitch|ipv6 enable|ip address|ipv6 address|ospf|ospfv3|qos lr"
    r"|port (default|link-type|trunk)|traffic-filter acl|shutdown|mtu|dot1q termination)\b",
    "vlan": r"(name|description)\b",
    "acl": r"(description|step|rule)\b",
    "ospf": r"(area|bfd all-interfaces enable|silent-interface|default-route-advertise)\b",
    "ospfv3": r"(area|bfd all-interfaces enable|silent-interface|default-route-advertise|router-id)\b",
    "area": r"network\b",
    "aaa": r"(authentication-scheme|authorization-scheme|domain|default-domain|local-user|accounting-scheme)\b",
    "authentication-scheme": r"authentication-mode\b",
    "authorization-scheme": r"authorization-mode\b",
    "domain": r"(authentication-scheme|authorization-scheme|hwtacacs server)\b",
    "hwtacacs": r"hwtacacs server (authentication|authorization|shared-key|accounting)\b",
    "bfd": r"(mpls-passive|delay-up)\b",
    "user-interface": r"(authentication-mode|protocol|idle-timeout|user)\b",
}
SHORT = (
    r"(description|sysname|router id|qos lr|(ospf|ospfv3) (cost|network-type|timer \w+)|rule \d+|default-domain \S+)"
)
"""What is undone without its value."""
ROOT_ONLY = re.compile(
    rf"interface (GE1/0/({'|'.join(map(str, range(1, PORTS + 1)))})(\.\d+)?|LoopBack\d+|Vlanif\d+|MEth0/0/0)$"
)


class Rejected(Exception):
    """A line the device does not take, in the device's words."""


@dataclass(frozen=True)
class Point:
    """A rollback point: what was committed, and what ran before."""

    id: int
    description: str
    before: str


@dataclass
class Trial:
    """A commit that goes back unless it is confirmed."""

    persist: str | None
    owner: object
    before: Node
    due: float
    timer: Timer


@dataclass
class Flash:
    """What survives a restart."""

    startup: str
    files: dict[str, bytes] = field(default_factory=dict)
    points: list[Point] = field(default_factory=list)


class HuaweiVrp(Simulated):
    """A device with a row of ports. ``peers`` are router ids by interface, neighbours once OSPF runs there."""

    platform = "huawei-vrp"
    full_words = "Error: The maximum number of sessions has been reached.\n"
    generation = 8

    def __init__(self, name: str, startup: str, clock: Clock) -> None:
        self.flash = Flash(startup)
        self.files = self.flash.files
        self.peers: dict[str, str] = {}
        self.trial: Trial | None = None
        super().__init__(name, startup, clock)

    def boot(self, startup: str) -> None:
        """A trial does not survive; files and rollback points do."""
        if self.trial is not None:
            self.trial.timer.cancel()
        self.trial = None
        self.tree = self.whole(parse(startup, GRAMMAR))

    def cli(self) -> Cli:
        from lab.simulators.huawei_cli import VrpCli

        return VrpCli(self)

    def running(self) -> str:
        return self.printed(self.tree)

    def reboot(self) -> None:
        """What was not saved is gone, a trial too."""
        self.boot(self.flash.startup)

    @property
    def hostname(self) -> str:
        """The name in prompts."""
        line = self.tree.find("sysname ")
        return line.split()[1] if line else "HUAWEI"

    @property
    def version(self) -> str:
        """The version as it is told."""
        return "8.180 (CE6857F V200R005C10SPC800)" if self.generation == 8 else "5.170 (S5735 V200R020C10SPC500)"

    def printed(self, tree: Node) -> str:
        """A configuration as the device shows it."""
        vlans = [line.split()[1] for line in tree.below if line.startswith("vlan ")]
        batch = f"vlan batch {' '.join(vlans)}\n#\n" if vlans else ""
        return f"!Software Version {self.version}\n#\n{batch}{tree.text(GRAMMAR)}#\nreturn\n"

    def whole(self, tree: Node) -> Node:
        """The same with what cannot be taken away."""
        for port in (*(f"GE1/0/{n}" for n in range(1, PORTS + 1)), "MEth0/0/0"):
            tree.at((f"interface {port}",))
        tree.at(("aaa",)).set("local-user silesianet privilege level 3", GRAMMAR)
        tree.below.pop(next((line for line in tree.below if line.startswith("vlan batch")), ""), None)
        return tree

    def configure(self, tree: Node, path: tuple[str, ...], line: str) -> tuple[str, ...]:
        """Take a line within a view; the view it leads to. Rejected says why not."""
        if self.faults.reject and re.search(self.faults.reject, line):
            raise Rejected(UNRECOGNIZED)
        positive = GRAMMAR.positive(line)
        checked = line if line == "undo portswitch" or positive is None else positive
        kind = path[-1].split()[0] if path else ""
        if not re.match(KNOWN[kind], checked):
            raise Rejected(UNRECOGNIZED)
        if positive is not None:
            _undoable(positive)
            if positive.startswith("acl "):
                self._unused(tree, positive)
        else:
            self._sound(tree, path, line)
        line = _kept(line)
        opened = tree.at(path).enter(line, GRAMMAR)
        self.whole(tree)
        return (*path, line) if opened is not None else path

    def commit(self, tree: Node, description: str, trial: tuple[float, str | None, object] | None) -> None:
        """Run a configuration, for good or for so many seconds."""
        number = 1000000001 + len(self.flash.points)
        self.flash.points.append(Point(number, description, self.running()))
        del self.flash.points[:-POINTS]
        before = self.tree
        if not self.faults.ignore_commit:
            self.tree = tree
        if trial is not None:
            seconds, persist, owner = trial
            timer = self.clock.later(seconds, self.take_back)
            self.trial = Trial(persist, owner, before, self.clock.now() + seconds, timer)

    def confirm(self) -> None:
        """Keep what is on trial."""
        if self.trial is not None:
            self.trial.timer.cancel()
            self.trial = None

    def take_back(self) -> None:
        """Run again what was before the trial."""
        if self.trial is not None:
            self.trial.timer.cancel()
            self.tree, self.trial = self.trial.before, None

    def save(self, name: str) -> None:
        """Running configuration into a file, or to what it starts with."""
        if self.faults.disk_full:
            raise Rejected("Error: The storage space is insufficient.")
        if name:
            self.flash.files.pop(name, None)
            self.flash.files[name] = self.running().encode()
        else:
            self.flash.startup = self.running()

    def replace(self, text: str) -> None:
        """Run another configuration at once."""
        self.commit(self.whole(parse(text, GRAMMAR)), "", None)

    def neighbours(self) -> dict[str, str]:
        """Router ids of OSPF neighbours by the interfaces they are seen on."""
        return {
            port: id_
            for port, id_ in self.peers.items()
            if (node := self.tree.below.get(f"interface {port}")) and "ospf enable 1 area 0.0.0.0" in node.below
        }

    @staticmethod
    def _unused(tree: Node, acl: str) -> None:
        number = acl.split()[-1]
        use = f"traffic-filter acl {'ipv6 ' if 'ipv6' in acl else ''}{number} "
        if any(line.startswith(use) for node in tree.below.values() for line in node.below):
            raise Rejected("Error: The ACL is being used and cannot be deleted.")

    @staticmethod
    def _sound(tree: Node, path: tuple[str, ...], line: str) -> None:
        """What a line stands on has to be there."""
        words = line.split()
        if not path and words[0] == "interface" and not ROOT_ONLY.match(line):
            raise Rejected("Error: Wrong parameter found at '^' position.")
        here = tree.at(path).below
        port = bool(path) and re.match(r"interface GE\S+$", path[-1]) and "." not in path[-1]
        if words[:2] in (["ip", "address"], ["ipv6", "address"]):
            _address(words)
            if port and "undo portswitch" not in here:
                raise Rejected(UNRECOGNIZED)
        if words[:2] == ["ipv6", "address"] and "ipv6 enable" not in here:
            raise Rejected("Error: IPv6 is not enabled on the interface.")
        if path and words[0] == "ospfv3" and words[1] == "1" and "ospfv3 1" not in tree.below:
            raise Rejected("Error: The OSPFv3 process does not exist.")
        if words[0] == "traffic-filter":
            acl = f"acl {'ipv6 ' if 'ipv6' in words else ''}number {words[-2]}"
            if acl not in tree.below:
                raise Rejected("Error: The specified ACL does not exist.")
        if words[:3] == ["port", "default", "vlan"] and f"vlan {words[3]}" not in tree.below:
            raise Rejected("Error: The VLAN does not exist.")
        if words[:2] == ["bfd", "all-interfaces"] and "bfd" not in tree.below:
            raise Rejected("Error: BFD is not enabled globally.")


def _undoable(line: str) -> None:
    if (found := re.match(SHORT, line)) and found[0] != line:
        raise Rejected(TOO_MANY)


def _address(words: list[str]) -> None:
    try:
        ip_interface("/".join(words[2:4]) if words[0] == "ip" else words[2])
    except (ValueError, IndexError) as fault:
        raise Rejected("Error: Wrong parameter found at '^' position.") from fault


def _kept(line: str) -> str:
    """A line as it is kept: ports by their names, IPv6 in capitals, keys unreadable."""
    line = re.sub(r"^((?:undo )?acl (?:ipv6 )?)(\d+)$", r"\1number \2", line)
    line = re.sub(r"-port (eq|gt) (\d+)", lambda m: f"-port {m[1]} {WORDS.get(int(m[2]), m[2])}", line)
    line = ADDRESS6.sub(lambda m: m[0].upper(), line)
    return re.sub(r" cipher .+$", " cipher %^%#a1B2c3D4%^%#", line)
