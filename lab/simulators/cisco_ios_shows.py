"""What a simulated Cisco IOS shows: what our own session asks for, and what common tools ask before anything else."""

import difflib
import re
from collections.abc import Callable
from ipaddress import IPv4Interface

from lab.simulators.cisco_ios import PORTS, STARTUP, CiscoIos, Rejected, text_of
from lab.simulators.cisco_ios_lines import INVALID, load
from lab.simulators.tree import Node

CLOCK = "%H:%M:%S.000 UTC %a %b %d %Y"
CONFIGURED = "%H:%M:%S UTC %a %b %d %Y"


def show(device: CiscoIos, line: str, privileged: bool) -> str:
    """Answer a ``show`` command."""
    rest = line.split(maxsplit=1)[1] if " " in line else ""
    if rest == "privilege":
        return f"Current privilege level is {15 if privileged else 1}\n"
    for pattern, answer in SHOWN:
        if found := re.match(pattern, rest):
            return answer(device, found)
    return INVALID


def piped(text: str, pipe: str) -> str:
    """What is left after ``| include …`` and its like."""
    if not pipe:
        return text
    word, _, pattern = pipe.partition(" ")
    lines = text.splitlines(keepends=True)
    try:
        found = re.compile(pattern.strip().strip('"'))
    except re.error:
        return INVALID
    if word.startswith("inc") or word == "i":
        return "".join(line for line in lines if found.search(line))
    if word.startswith("ex"):
        return "".join(line for line in lines if not found.search(line))
    if word.startswith("beg"):
        start = next((n for n, line in enumerate(lines) if found.search(line)), len(lines))
        return "".join(lines[start:])
    if word.startswith("sec"):
        return _sections(lines, found)
    return INVALID


def _sections(lines: list[str], found: re.Pattern[str]) -> str:
    kept, within = [], False
    for line in lines:
        if not line.startswith(" "):
            within = found.search(line) is not None
        if within or found.search(line):
            kept.append(line)
    return "".join(kept)


def _version(device: CiscoIos, _: re.Match[str]) -> str:
    weeks = int(device.clock.now() - device.booted) // 604_800
    return (
        f"Cisco IOS XE Software, Version {device.version.rjust(8, '0')}\n"
        f"Cisco IOS Software [Cupertino], c8000be Software (X86_64_LINUX_IOSD-UNIVERSALK9-M), "
        f"Version {device.version}, RELEASE SOFTWARE (fc3)\n\n"
        f"ROM: IOS-XE ROMMON\n{device.hostname} uptime is {weeks} weeks, 1 minute\n"
        f'System returned to ROM by reload\nSystem image file is "bootflash:packages.conf"\n\n'
        f"cisco {device.model} (1RU) processor with 3747220K/6147K bytes of memory.\n"
        f"Processor board ID SIM{abs(hash(device.name)) % 10**8:08}\n"
        f"{PORTS} Gigabit Ethernet interfaces\n\nConfiguration register is 0x2102\n"
    )


def _timer(device: CiscoIos, _: re.Match[str]) -> str:
    pending = device.pending
    if pending is None:
        return "%No Rollback Confirmed Change pending\n"
    return (
        f"Time configured(or reconfigured): {pending.configured.strftime(CONFIGURED)}\nTimer type: absolute timer\n"
        f"Timer value: {pending.minutes} min\nUser: {device.user}\n"
    )


def _archive(device: CiscoIos, _: re.Match[str]) -> str:
    if not device.archives:
        return "Archive feature not enabled\n"
    return "The maximum archive configurations allowed is 10.\nThere are currently 1 archive configurations saved.\n"


def _differences(device: CiscoIos, found: re.Match[str]) -> str:
    before, after = (_text(device, place) for place in found.groups())
    lines = difflib.unified_diff(_plain(device, before), _plain(device, after), lineterm="", n=0)
    changed = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    return "!Contextual Config Diffs:\n" + ("\n".join(changed) or "!No changes were found") + "\n"


def _increments(device: CiscoIos, found: re.Match[str]) -> str:
    after = device.tree.copy()
    for _ in load(after, _text(device, found[1])):
        pass
    lines = difflib.ndiff(_lines(device.tree), _lines(after))
    added = [line[2:] for line in lines if line.startswith("+ ")]
    return "!List of Commands:\n" + "".join(f"{line}\n" for line in added or ["!No changes were found"]) + "end\n"


def _text(device: CiscoIos, place: str) -> str:
    text = device.file(place)
    if text is None:
        raise Rejected(f"%Error opening {place} (No such file or directory)")
    return text


def _plain(device: CiscoIos, text: str) -> list[str]:
    return _lines(device.read(text))


def _lines(tree: Node) -> list[str]:
    return text_of(tree).splitlines()


def _neighbours(device: CiscoIos, _: re.Match[str]) -> str:
    head = "Neighbor ID     Pri   State           Dead Time   Address         Interface\n"
    rows = [f"{peer:15}   0   FULL/  -        00:00:03    {peer:15} {port}\n" for peer, port in device.neighbours()]
    return "".join([head, *rows]) if rows else ""


def _brief(device: CiscoIos, _: re.Match[str]) -> str:
    rows = ["Interface              IP-Address      OK? Method Status                Protocol\n"]
    for header, section in device.tree.below.items():
        if header.startswith("interface "):
            words = (section.find("ip address ") or "ip address unassigned").split()
            state = "administratively down down" if "shutdown" in section.below else "up                    up"
            rows.append(f"{header.removeprefix('interface '):22} {words[2]:15} YES NVRAM  {state}\n")
    return "".join(rows)


def _addresses(device: CiscoIos, _: re.Match[str]) -> str:
    rows = []
    for header, section in device.tree.below.items():
        if header.startswith("interface ") and (line := section.find("ip address ")):
            words = line.split()
            address = IPv4Interface(f"{words[2]}/{words[3]}")
            rows.append(
                f"{header.removeprefix('interface ')} is up, line protocol is up\n  Internet address is {address}\n"
            )
    return "".join(rows)


Answer = Callable[[CiscoIos, "re.Match[str]"], str]
SHOWN: tuple[tuple[str, Answer], ...] = (
    (r"run", lambda device, _: device.running()),
    (r"start", lambda device, _: f"Using {len(device.startup)} out of 33554432 bytes\n{device.file(STARTUP)}"),
    (r"ver", _version),
    (r"clock", lambda device, _: device.now().strftime(CLOCK) + "\n"),
    (r"archive config rollback timer", _timer),
    (r"archive config differences (\S+) (\S+)", _differences),
    (r"archive config incremental-diffs (\S+)", _increments),
    (r"archive", _archive),
    (r"ip ospf neigh", _neighbours),
    (r"ip int\w* br", _brief),
    (r"ip interface", _addresses),
    (r"hosts", lambda *_: "Default domain is not set\n"),
    (r"inventory", lambda device, _: f'NAME: "Chassis", DESCR: "{device.model}"\nPID: {device.model} , VID: V01\n'),
    (r"users", lambda *_: "    Line       User       Host(s)              Idle       Location\n"),
)
