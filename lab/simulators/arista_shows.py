"""What a simulated Arista EOS shows, as text and as the data that its command API and ``| json`` give."""

import difflib
import json
import time
from dataclasses import dataclass
from typing import Any

from lab.simulators.arista_eos import GRAMMAR, AristaEos, Rejected


@dataclass(frozen=True)
class Shown:
    """An answer in both forms; ``data`` null where the device has no model of it."""

    text: str = ""
    data: dict[str, Any] | None = None

    def json(self) -> str:
        """The answer to ``| json``."""
        return json.dumps(self.data if self.data is not None else {}, indent=4) + "\n"


def show(device: AristaEos, line: str, session: str | None) -> Shown:
    """Answer a ``show`` command given within a configuration session or outside; Rejected when there is none such."""
    words = line.split()[1:]
    match words:
        case ["version", *_]:
            return _version(device)
        case ["running-config", *_]:
            return Shown(device.running(), {"cmds": dict.fromkeys(device.tree.below)})
        case ["startup-config", *_]:
            return Shown(device.flash.startup, {"cmds": {}})
        case ["hostname"]:
            name = device.hostname
            return Shown(f"Hostname: {name}\nFQDN:     {name}\n", {"hostname": name, "fqdn": name})
        case ["configuration", "sessions", *_]:
            return _sessions(device)
        case ["configuration", "checkpoints", *_]:
            return _checkpoints(device)
        case ["session-config", "named", name, *rest]:
            return _session(device, name, "diffs" in rest)
        case ["session-config", *rest] if session is not None:
            return _session(device, session, "diffs" in rest)
        case ["ip", "ospf", "neighbor", *_]:
            return _neighbours(device)
        case ["interfaces", *_]:
            return _interfaces(device)
    raise Rejected("% Invalid input (at token 1)")


def _version(device: AristaEos) -> Shown:
    data = {
        "mfgName": "Arista", "modelName": device.model, "version": device.version, "internalVersion": device.version,
        "serialNumber": f"SIM{sum(device.name.encode()):08d}", "systemMacAddress": "00:1c:73:00:00:01",
        "uptime": device.uptime, "bootupTimestamp": time.time() - device.uptime, "memTotal": 8000, "memFree": 4000,
    }  # fmt: skip
    text = (
        f"Arista {device.model}\nHardware version: 11.00\nSerial number: {data['serialNumber']}\n\n"
        f"Software image version: {device.version}\nArchitecture: x86_64\nUptime: {int(device.uptime)} seconds\n"
    )
    return Shown(text, data)


def _sessions(device: AristaEos) -> Shown:
    found: dict[str, dict[str, Any]] = {}
    for name, session in device.sessions.items():
        found[name] = {"state": session.state, "instances": {}, "commitUser": "", "description": ""}
    lines = [f"  {name:<24} {session['state']}" for name, session in found.items()]
    if device.pending is not None:
        due = device.uptime + device.pending.due - device.clock.now()
        found[device.pending.name] = {"state": "pendingCommitTimer", "commitBy": due, "instances": {}}
        lines = [f"Session with pending commit timer: {device.pending.name}", *lines]
    head = (
        f"Maximum number of completed sessions: 1\nMaximum number of pending sessions: 5\n\n{'':2}{'Name':<24} State\n"
    )
    return Shown(head + "\n".join(lines) + "\n", {"sessions": found, "maxSavedSessions": 1, "maxOpenSessions": 5})


def _checkpoints(device: AristaEos) -> Shown:
    listed = {
        name: {"fileDate": float(number), "fileUser": "silesianet"}
        for number, name in enumerate(device.flash.checkpoints)
    }
    text = "Maximum number of checkpoints: 20\n" + "".join(f"    {name}\n" for name in listed)
    return Shown(text, {"checkpoints": listed, "maxCheckpoints": 20})


def _session(device: AristaEos, name: str, differences: bool) -> Shown:
    session = device.sessions.get(name)
    if session is None:
        raise Rejected(f"% Session {name} does not exist")
    if not differences:
        return Shown(device.printed(session.tree))
    now, then = (list(tree.lines(GRAMMAR)) for tree in (device.tree, session.tree))
    names = "system:/running-config", f"session:/{name}-session-config"
    return Shown("".join(f"{line}\n" for line in difflib.unified_diff(now, then, *names, lineterm="")))


def _neighbours(device: AristaEos) -> Shown:
    entries = [
        {"routerId": id_, "interfaceName": port, "adjacencyState": "full", "priority": 0}
        for port, id_ in device.neighbours().items()
    ]
    text = "".join(f"{e['routerId']:<16}1    default  0   FULL   {e['interfaceName']}\n" for e in entries)
    return Shown(text, {"vrfs": {"default": {"instList": {"1": {"ospfNeighborEntries": entries}}}}})


def _interfaces(device: AristaEos) -> Shown:
    found = {}
    for line, node in device.tree.below.items():
        if line.startswith("interface "):
            words = node.find("description ") or ""
            found[line.split()[1]] = {
                "description": words.partition(" ")[2], "interfaceStatus": "connected", "lineProtocolStatus": "up",
                "mtu": 1500, "bandwidth": 1000000000, "physicalAddress": "00:1c:73:00:00:02", "hardware": "ethernet",
            }  # fmt: skip
    return Shown("".join(f"{name} is up, line protocol is up\n" for name in found), {"interfaces": found})
