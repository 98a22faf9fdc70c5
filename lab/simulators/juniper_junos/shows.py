"""What a simulated Junos shows about itself."""

from ipaddress import ip_interface

from lab.simulators.juniper_junos import braces
from lab.simulators.juniper_junos.device import JuniperJunos
from lab.simulators.juniper_junos.tree import Refused


def show(device: JuniperJunos, words: list[str], pipes: list[str]) -> str:
    """Answer a ``show`` command given outside the configuration mode; Refused when there is none such."""
    from lab.simulators.juniper_junos.cli import displayed

    match words:
        case ["configuration", *path]:
            return _head(device, pipes) + displayed(device.active, path, pipes)
        case ["system", "commit"]:
            return commits(device)
        case ["system", "uptime"]:
            return _uptime(device)
        case ["system", "rollback", number, "compare", other] if number.isdigit() and other.isdigit():
            return braces.compared(device.earlier(int(number)), device.earlier(int(other)))
        case ["system", "rollback", number] if number.isdigit():
            return displayed(device.earlier(int(number)), [], pipes)
        case ["version", *_]:
            return f"Hostname: {device.hostname}\nModel: {device.model}\nJunos: {device.version}\n"
        case ["ospf", "neighbor", *_]:
            return _neighbours(device)
        case ["interfaces", "terse", *_]:
            return _interfaces(device)
        case ["system", "users"] | ["chassis", *_]:
            return ""
    raise Refused("syntax error.")


def commits(device: JuniperJunos) -> str:
    """The history; an entry that waits for its confirmation says so in a line of its own."""
    lines: list[str] = []
    for number, entry in enumerate(device.history):
        minutes = f" commit confirmed, rollback in {entry.minutes}mins" if entry.minutes is not None else ""
        lines.append(f"{number:<3} {device.stamp(entry.at)} by {entry.user} via {entry.client}{minutes}")
        if entry.note:
            lines.append(f"    {entry.note}")
        if number == 0 and device.pending is not None:
            lines.append("    rollback pending")
    return "".join(f"{line}\n" for line in lines)


def _head(device: JuniperJunos, pipes: list[str]) -> str:
    if "display set" in pipes:
        return ""
    newest = device.history[0]
    return f"## Last commit: {device.stamp(newest.at)} by {newest.user}\n"


def _uptime(device: JuniperJunos) -> str:
    booted = device.now - (device.clock.now() - device.booted)
    newest = device.history[0]
    return (
        f"Current time: {device.stamp(device.now)}\nTime Source:  NTP CLOCK\n"
        f"System booted: {device.stamp(booted)} (00:10 ago)\nProtocols started: {device.stamp(booted)} (00:09 ago)\n"
        f"Last configured: {device.stamp(newest.at)} (00:01 ago) by {newest.user}\n"
    )


def _neighbours(device: JuniperJunos) -> str:
    rows = device.neighbours()
    if not rows:
        return ""
    lines = [f"{'Address':<17}{'Interface':<23}{'State':<16}{'ID':<17}{'Pri':<5}Dead"]
    lines += [f"{'192.0.2.0':<17}{port:<23}{'Full':<16}{peer:<17}{128:<5}{3:>4}" for port, peer in rows.items()]
    return "".join(f"{line}\n" for line in lines)


def _interfaces(device: JuniperJunos) -> str:
    lines = [f"{'Interface':<24}{'Admin':<6}{'Link':<5}{'Proto':<9}Local"]
    for line in device.active.lines():
        parts = line.split()
        if parts[1] == "interfaces" and "address" in parts:
            local = ip_interface(parts[parts.index("address") + 1])
            name = f"{parts[2]}.{parts[4]}"
            lines.append(f"{name:<24}{'up':<6}{'up':<5}{'inet' if local.version == 4 else 'inet6':<9}{local}")
    return "".join(f"{line}\n" for line in lines)
