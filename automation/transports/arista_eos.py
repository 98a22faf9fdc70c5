"""Sessions with Arista EOS: configuration sessions with the device's own commit timer.

Which change a device runs is written into its running configuration as an alias, so it comes and goes with the change
itself; a checkpoint of the same name holds what was before.
"""

import json
import re
from typing import Any

from automation.session import DeviceStatus, Pending
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.indented import IndentedSession, Manner, standing
from automation.transports.lines import Work
from automation.transports.login import Login
from automation.transports.terminal import begun
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


class EosSession(IndentedSession):
    """Changes in a configuration session of their name."""

    manner = MANNER

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

    def _carry_out(self, work: Work) -> None:
        self._free(self.status())
        self._kept(f"configure checkpoint save {PREFIX}{work.note}")
        self._forget_begun()
        if said := self._said(f"configure session {PREFIX}{work.note}"):
            raise BundleRefused(self._host, f"the device opens no configuration session: {said}")
        for line in (*work.lines, f"{MARK} {work.note}", f"commit timer {_clock(work.revert_in, self._platform)}"):
            self._entered(line, work)
        self._verify(work)

    def confirm(self, commit: str) -> None:
        said = self._said(f"configure session {PREFIX}{commit} commit")
        if said is not None or self._mark() != commit:
            raise self._gone(commit, said or "it was taken back")
        self._saved("confirmed")
        self._forget_old()

    def undo(self, commit: str) -> None:
        self._hurry()
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

    def _entered(self, line: str, work: Work) -> None:
        """A line of the candidate; a refused one ends it."""
        if said := self._said(self._typed(line)):
            self._ask("abort")
            raise self._refusal(work, line, said)

    def _verify(self, work: Work) -> None:
        found = self._config()
        if found != work.candidate or self._mark() != work.note:
            self._ask(f"configure session {PREFIX}{work.note} abort")
            raise self._not_taken(work, found, "nothing changed")

    def _data(self, command: str) -> dict[str, Any]:
        answer = self._ask(f"{command} | json")
        try:
            return dict(json.loads(answer))
        except ValueError as fault:
            raise BundleFailed(self._host, f"{command!r} is not answered with data") from fault


def _clock(seconds: int, platform: Platform) -> str:
    seconds = min(max(1, seconds), platform.capabilities.timer_max_seconds)
    return f"{seconds // 3600:02}:{seconds % 3600 // 60:02}:{seconds % 60:02}"
