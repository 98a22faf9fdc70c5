"""Parts `snmpd` and `dnsmasq`: a file and the daemon that reads it, restarted only when the file changes."""

import os
import re
import signal
import time
from pathlib import Path

from automation.device.commands import CommandError, Refusal, run
from automation.device.parts.lines import numbered
from automation.device.parts.part import Part
from automation.device.state import write_durably

SECRETS = {"createuser", "rocommunity", "rocommunity6", "rwcommunity", "rwcommunity6", "com2sec", "trapcommunity"}
SNMPD = ["snmpd", "-LF", "5", "/var/log/snmpd.log", "-p", "/run/snmpd.pid", "-I", "-smux"]
"""Without -C: the agent must read back how often it has started, or SNMPv3 pollers refuse it after a restart."""
DNSMASQ_FILE = "/etc/silesianet/dnsmasq.conf"
DNSMASQ = ["dnsmasq", f"--conf-file={DNSMASQ_FILE}", "--pid-file=/run/dnsmasq.pid"]


class SnmpAgent(Part):
    """Credentials stay in a file of their own that /etc/snmp/snmpd.conf includes; they are refused here."""

    file = Path("/etc/snmp/snmpd.conf")

    def read(self) -> str:
        return _read(self.file)

    def canonical(self, text: str) -> str:
        known = {word.lower() for word in re.findall(r"^    (\S+)", _listing(), re.MULTILINE)}
        known |= {"includefile", "includedir", "includesearch"}
        for number, words in numbered(text):
            token = words[0].lower()
            if token in SECRETS:
                raise Refusal("snmpd", f"{words[0]} is a secret and does not belong in a bundle", number)
            if token not in known and not token.startswith("["):
                raise Refusal("snmpd", f"unknown directive {words[0]}", number)
        return text

    def apply(self, text: str) -> None:
        _serve("snmpd", self.file, text, Path("/run/snmpd.pid"), SNMPD)


class Resolver(Part):
    """DHCP and DNS of a hotspot, started by this program alone: no file, no daemon, and no daemon, no running text."""

    file = Path(DNSMASQ_FILE)
    pid_file = Path("/run/dnsmasq.pid")

    def read(self) -> str:
        return _read(self.file) if _daemon(self.pid_file) else ""

    def canonical(self, text: str) -> str:
        if text:
            try:
                run(["dnsmasq", "--test", "--conf-file=-"], stdin=text)
            except CommandError as fault:
                raise _refusal(str(fault)) from fault
        return text

    def apply(self, text: str) -> None:
        _serve("dnsmasq", self.file, text, self.pid_file, DNSMASQ)


def _read(file: Path) -> str:
    try:
        text = file.read_text()
    except FileNotFoundError:
        return ""
    body = text.strip("\n")
    return f"{body}\n" if body.strip() else ""


def _listing() -> str:
    """The directives of this very build of the agent, which it prints on standard error."""
    return run(["sh", "-c", "exec snmpd -C -H 2>&1"])


def _refusal(said: str) -> Refusal:
    found = re.search(r"dnsmasq: (.*) at line (\d+) of ", said)
    return Refusal("dnsmasq", found[1], int(found[2])) if found else Refusal("dnsmasq", said)


def _serve(part: str, file: Path, text: str, pid_file: Path, argv: list[str]) -> None:
    """Write the file, end the daemon that runs and start it with its own arguments (`argv` where none was running)."""
    if daemon := _daemon(pid_file):
        pid, argv = daemon
        _end(pid, pid_file)
    write_durably(file, text, mode=file.stat().st_mode & 0o777 if file.exists() else 0o600)
    if not text:
        return
    run(argv, seconds=20)
    for _ in range(40):
        time.sleep(0.05)
        if _daemon(pid_file):
            return
    raise Refusal(part, "the daemon did not stay up with this file")


def _daemon(pid_file: Path) -> tuple[int, list[str]] | None:
    """Process and arguments behind the file; None when it is gone, dead, or its number is another program's by now."""
    try:
        pid = int(pid_file.read_text())
        argv = Path(f"/proc/{pid}/cmdline").read_text().rstrip("\0").split("\0")
    except (OSError, ValueError):
        return None
    return (pid, argv) if Path(argv[0]).name == pid_file.stem else None


def _end(pid: int, pid_file: Path) -> None:
    """Asked to end, and killed if it has not after two seconds."""
    os.kill(pid, signal.SIGTERM)
    for attempt in range(150):
        time.sleep(0.02)
        if _daemon(pid_file) is None:
            return
        if attempt == 100:
            os.kill(pid, signal.SIGKILL)
