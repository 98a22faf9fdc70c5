"""Sessions with Arista EOS: configuration sessions with the device's own commit timer.

Which change a device runs is written into its running configuration as an alias, so it comes and goes with the change
itself; a checkpoint of the same name holds what was before.
"""

import json
import re
from typing import Any

from automation.session import DeviceStatus, Pending
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.indented import (
    UNDO_SECONDS,
    Manner,
    bundle_of,
    checked_note,
    compared,
    config_of,
    first_difference,
    known_secrets,
    line_of,
    lines_to,
    standing,
    typed,
)
from automation.transports.login import Login
from automation.transports.terminal import Terminal, begun
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

PROMPT = r"[\w.\-]+(?:\([^)\r\n]*\))*[>#]"
MARK = "alias silesianet-change"
PREFIX = "sn-"
KEPT_CHECKPOINTS = 5
OLDEST = (4, 23)
"""The first version whose sessions have all that is used here."""

PORTS = {
    "ssh": 22, "telnet": 23, "tacacs": 49, "domain": 53, "bootps": 67, "bootpc": 68, "tftp": 69, "www": 80, "http": 80,
    "ntp": 123, "snmp": 161, "snmptrap": 162, "bgp": 179, "https": 443, "syslog": 514, "bfd": 3784, "bfd-echo": 3785,
}  # fmt: skip
NAMED = re.compile(rf"\b(eq|gt) ({'|'.join(PORTS)})\b")
MANNER = Manner(
    masks=(
        (r"(tacacs-server host \S+ key) .*", r"\1 <secret:tacacs>"),
        (
            r"(snmp-server user \S+ \S+ v3) (?:localized \S+ )?auth (\S+) \S+ priv (\S+) \S+",
            r"\1 auth \2 <secret:snmp-auth> priv \3 <secret:snmp-priv>",
        ),
    ),
    plain=lambda text: NAMED.sub(lambda found: f"{found[1]} {PORTS[found[2]]}", text),
    refusal=re.compile(r"^\s*%"),
)


def session(login: Login, platform: Platform) -> "EosSession":
    """A session; RefusedRequest for a version without commit timers, DeviceUnreachable when there is none."""
    return begun(EosSession, login, platform, PROMPT)


class EosSession:
    """One login; see `automation.session.Session` for what its methods mean. A commit's id is its change's name."""

    def __init__(self, terminal: Terminal, login: Login, platform: Platform) -> None:
        self._terminal, self._login, self._platform = terminal, login, platform
        self._host = login.way.host

    def begin(self) -> None:
        """Become able to change things, and see that the device can take them back."""
        for command in ("enable", "terminal length 0", "terminal width 32767"):
            self._ask(command)
        version = str(self._data("show version").get("version", ""))
        if tuple(map(int, re.findall(r"\d+", version)[:2])) < OLDEST:
            raise RefusedRequest(
                f"EOS {version or 'of unknown version'} has no commit timer that is known to work", where=self._host,
                fix=f"upgrade it to {'.'.join(map(str, OLDEST))} or later",
            )  # fmt: skip

    def running(self) -> str:
        return str(bundle_of(self._config()))

    def compare(self, bundle: str) -> str:
        return compared(self._config(), config_of(self._host, self._platform, MANNER, bundle))

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        checked_note(self._host, note)
        candidate = config_of(self._host, self._platform, MANNER, bundle)
        running = self._config()
        lines = lines_to(self._platform, running, candidate)
        if not lines:
            return None
        known_secrets(self._login, lines)
        if (pending := self.status().pending) is not None:
            raise RefusedRequest(f"commit {pending.id} still waits for its confirmation", where=self._host)
        self._told(f"configure checkpoint save {PREFIX}{note}", "cannot keep what it runs")
        self._forget_begun()
        self._told(f"configure session {PREFIX}{note}", "opens no configuration session")
        for line in lines:
            self._entered(line, line_of(candidate, line))
        self._entered(f"{MARK} {note}", 0)
        self._entered(f"commit timer {_clock(revert_in, self._platform)}", 0)
        self._verify(candidate, note)
        return note

    def confirm(self, commit: str) -> None:
        answer = self._ask(f"configure session {PREFIX}{commit} commit")
        said = MANNER.against(answer)
        if said is not None or self._mark() != commit:
            raise BundleFailed(self._host, f"commit {commit} is no longer in force: {said or 'it was taken back'}")
        self._saved("confirmed")
        self._forget_old()

    def undo(self, commit: str) -> None:
        status = self.status()
        if status.pending is not None and status.pending.id == commit:
            self._done(f"configure session {PREFIX}{commit} abort")
        elif status.pending is None and self._mark() == commit:
            self._done(f"configure checkpoint restore {PREFIX}{commit}")
            self._saved("undone")

    def status(self) -> DeviceStatus:
        name, left = self._timer()
        note = name.removeprefix(PREFIX)
        pending = Pending(note, note, left) if name else None
        return standing(pending, self._checkpoints(), self._mark)

    def neighbours(self) -> frozenset[str]:
        found = set()
        for vrf in self._data("show ip ospf neighbor").get("vrfs", {}).values():
            for instance in vrf.get("instList", {}).values():
                for entry in instance.get("ospfNeighborEntries", ()):
                    if entry.get("adjacencyState") == "full":
                        found.add(str(entry["routerId"]))
        return frozenset(found)

    def close(self) -> None:
        self._terminal.close()

    def _config(self) -> str:
        return MANNER.read(self._platform, self._ask("show running-config"))

    def _mark(self) -> str:
        found = re.search(rf"^{MARK} (\S+)", self._ask(f"show running-config | include ^{MARK}"), re.MULTILINE)
        return found[1] if found else ""

    def _timer(self) -> tuple[str, float]:
        """Name and seconds left of the session that waits for its confirmation; no name when there is none."""
        data = self._data("show configuration sessions detail")
        waiting = {
            n: s.get("commitBy", 0) for n, s in data.get("sessions", {}).items() if "Timer" in s.get("state", "")
        }
        if named := data.get("commitTimerSessionName"):
            waiting = {named: data.get("commitTimerExpireTime", 0)}
        if not waiting:
            return "", 0.0
        name, due = next(iter(waiting.items()))
        return name, max(0.0, float(due) - float(self._data("show version").get("uptime", due)))

    def _checkpoints(self) -> list[str]:
        """Changes that were begun here, oldest first."""
        found = self._data("show configuration checkpoints").get("checkpoints", {})
        ours = [name for name in found if name.startswith(PREFIX)]
        return [name.removeprefix(PREFIX) for name in sorted(ours, key=lambda name: found[name].get("fileDate", 0))]

    def _forget_begun(self) -> None:
        """Give up what lost sessions left half typed; who changes a device has it alone."""
        for name, found in self._data("show configuration sessions detail").get("sessions", {}).items():
            if name.startswith(PREFIX) and found.get("state") == "pending":
                self._ask(f"configure session {name} abort")

    def _forget_old(self) -> None:
        for name in self._checkpoints()[:-KEPT_CHECKPOINTS]:
            self._ask(f"delete checkpoint:{PREFIX}{name}")

    def _entered(self, line: str, number: int) -> None:
        """A line of the candidate; a refused one ends it."""
        said = MANNER.against(self._ask(typed(self._login, line)))
        if said is not None:
            self._ask("abort")
            raise BundleRefused(
                self._host, f"line {line.strip()!r} was refused: {said}", "config" if number else "", number
            )

    def _verify(self, candidate: str, note: str) -> None:
        found = self._config()
        if found != candidate or self._mark() != note:
            self._ask(f"configure session {PREFIX}{note} abort")
            what = first_difference(candidate, found) if found != candidate else "nothing changed"
            raise BundleFailed(self._host, f"the device does not run what was committed: {what}; taken back")

    def _told(self, command: str, what: str) -> None:
        said = MANNER.against(self._ask(command))
        if said is not None:
            raise BundleRefused(self._host, f"the device {what}: {said}")

    def _done(self, command: str) -> None:
        said = MANNER.against(self._terminal.ask(command, min(UNDO_SECONDS, self._login.command_seconds)))
        if said is not None:
            raise BundleFailed(self._host, f"{command!r}: {said}")

    def _saved(self, what: str) -> None:
        said = MANNER.against(self._ask("write memory"))
        if said is not None:
            raise BundleFailed(self._host, f"{what}, but not saved for the next restart: {said}")

    def _data(self, command: str) -> dict[str, Any]:
        answer = self._ask(f"{command} | json")
        try:
            return dict(json.loads(answer))
        except ValueError as fault:
            raise BundleFailed(self._host, f"{command!r} is not answered with data") from fault

    def _ask(self, command: str) -> str:
        return self._terminal.ask(command, self._login.command_seconds)


def _clock(seconds: int, platform: Platform) -> str:
    seconds = min(max(1, seconds), platform.capabilities.timer_max_seconds)
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
