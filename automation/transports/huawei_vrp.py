"""Sessions with Huawei VRP8: two-stage configuration, committed on trial with the device's own timer.

Which change a device runs is written into its running configuration, as the description of a filter that filters
nothing; a file of the change's name holds what was before.
"""

import re
from datetime import UTC, datetime

from automation.session import DeviceStatus, Pending
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.indented import (
    UNDO_SECONDS,
    Manner,
    Views,
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

PROMPT = (
    r"<[^<>\r\n]+>|\[[~*]?[^\[\]\r\n]+\]|[^\r\n]*\[[Yy]/[Nn](?:/[Cc])?\]:?|[^\r\n]*\[Y\(yes\)/N\(no\)/C\(cancel\)\]:?"
)
QUESTION = re.compile(r"\[Y", re.IGNORECASE)
MARK = "acl number 2999"
PREFIX = "sn-"
KEPT_FILES = 5
SHORTEST = 60
"""Seconds of the shortest trial."""

PORTS = {
    "ftp-data": 20, "ftp": 21, "ssh": 22, "telnet": 23, "smtp": 25, "tacacs": 49, "domain": 53, "dns": 53, "bootps": 67,
    "bootpc": 68, "tftp": 69, "www": 80, "ntp": 123, "snmp": 161, "snmptrap": 162, "bgp": 179, "syslog": 514,
}  # fmt: skip
NAMED = re.compile(rf"-port (eq|gt|lt) ({'|'.join(PORTS)})\b")
ADDRESS6 = re.compile(r"(?<![\w:])[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*(?:/\d+)?")


def _plain(text: str) -> str:
    text = NAMED.sub(lambda found: f"-port {found[1]} {PORTS[found[2]]}", text)
    return ADDRESS6.sub(lambda found: found[0].lower(), text)


MANNER = Manner(
    masks=(
        (r"(hwtacacs server shared-key cipher) .*", r"\1 <secret:tacacs>"),
        (r"(snmp-agent usm-user v3 \S+ authentication-mode \S+ cipher) .*", r"\1 <secret:snmp-auth>"),
        (r"(snmp-agent usm-user v3 \S+ privacy-mode \S+ cipher) .*", r"\1 <secret:snmp-priv>"),
    ),
    plain=_plain,
    refusal=re.compile(r"^\s*Error:"),
    hollow=re.compile(r"aaa$"),
)


def session(login: Login, platform: Platform) -> "VrpSession":
    """A session; RefusedRequest for a version that tries nothing, DeviceUnreachable when there is none."""
    return begun(VrpSession, login, platform, PROMPT)


class VrpSession:
    """One login; see `automation.session.Session` for what its methods mean. A commit's id is its change's name."""

    def __init__(self, terminal: Terminal, login: Login, platform: Platform) -> None:
        self._terminal, self._login, self._platform = terminal, login, platform
        self._host = login.way.host

    def begin(self) -> None:
        """See that the device can take a change back."""
        self._ask("screen-length 0 temporary")
        found = re.search(r"VRP \(R\) software, Version (\d+)\.(\S+)", self._ask("display version"))
        known = f"{found[1]}.{found[2]}" if found else "of unknown version"
        if not found or int(found[1]) < 8 or MANNER.against(self._ask("display configuration trial status")):
            raise RefusedRequest(
                f"VRP {known} has no trial commit, so it could not take a change back", where=self._host,
                fix="VRP8 is needed",
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
        if said := MANNER.against(self._yes(f"save {PREFIX}{note}.cfg")):
            raise BundleRefused(self._host, f"the device cannot keep what it runs: {said}")
        self._ask("system-view")
        self._type(lines, candidate, note)
        seconds = min(max(SHORTEST, revert_in), self._platform.capabilities.timer_max_seconds)
        self._line(f"commit trial {seconds} persist {PREFIX}{note} description {note}", 0)
        self._ask("return")
        self._verify(candidate, note)
        return note

    def confirm(self, commit: str) -> None:
        self._ask("system-view")
        said = MANNER.against(self._ask(f"commit persist {PREFIX}{commit}"))
        self._ask("return")
        if said is not None or self._mark() != commit:
            raise BundleFailed(self._host, f"commit {commit} is no longer in force: {said or 'it was taken back'}")
        self._saved("confirmed")
        for name in self._attempts()[:-KEPT_FILES]:
            self._yes(f"delete /unreserved /quiet {PREFIX}{name}.cfg")

    def undo(self, commit: str) -> None:
        status = self.status()
        if status.pending is not None and status.pending.id == commit:
            self._abort(commit)
        elif status.pending is None and self._mark() == commit:
            if said := MANNER.against(self._yes(f"rollback configuration to file {PREFIX}{commit}.cfg", UNDO_SECONDS)):
                raise BundleFailed(self._host, f"commit {commit} could not be undone: {said}")
            self._saved("undone")

    def status(self) -> DeviceStatus:
        told = self._ask("display configuration trial status")
        pending = None
        if re.search(r"Trial status:\s*ACTIVE", told):
            persist = re.search(r"Persist id:\s*(\S+)", told)
            left = re.search(r"time left \(sec\):\s*(\d+)", told)
            note = persist[1].removeprefix(PREFIX) if persist else "somebody else's trial"
            pending = Pending(note, note, float(left[1]) if left else 0.0)
        return standing(pending, self._attempts(), self._mark)

    def neighbours(self) -> frozenset[str]:
        rows = re.findall(r"^\s*[\d.]+\s+\S+\s+(\d+\.\d+\.\d+\.\d+)\s+Full", self._ask("display ospf peer brief"), re.M)
        return frozenset(rows)

    def close(self) -> None:
        self._terminal.close()

    def _config(self) -> str:
        return MANNER.read(self._platform, self._ask("display current-configuration"))

    def _mark(self) -> str:
        """The change in force, as it stands in the running configuration."""
        text = self._ask("display current-configuration")
        found = re.search(rf"^{MARK}\s*\n\s+description (\S+)", text, re.MULTILINE)
        return found[1] if found else ""

    def _attempts(self) -> list[str]:
        """Changes that were begun here, oldest first."""
        found = re.findall(rf"(\w{{3}} +\d+ +\d{{4}}) +([\d:]+) +{PREFIX}(\S+)\.cfg", self._ask(f"dir {PREFIX}*.cfg"))
        return [name for *_, name in sorted(found, key=lambda row: _time(row[0], row[1]))]

    def _type(self, lines: tuple[str, ...], candidate: str, note: str) -> None:
        """The lines of a change and its name, each in its view; a refused one ends the candidate."""
        views = Views(self._ask, lambda: self._terminal.last_prompt, "quit")
        for line in (*lines, MARK, f" description {note}"):
            text = typed(self._login, line)
            if text != "quit":
                self._took(line, views.enter(line, text), line_of(candidate, line))
        views.back_to()

    def _abort(self, commit: str) -> None:
        self._ask("system-view")
        said = MANNER.against(self._yes(f"abort trial persist {PREFIX}{commit}", UNDO_SECONDS))
        self._ask("return")
        if said is not None:
            raise BundleFailed(self._host, f"commit {commit} could not be undone: {said}")

    def _verify(self, candidate: str, note: str) -> None:
        found = self._config()
        if found != candidate or self._mark() != note:
            self._abort(note)
            what = first_difference(candidate, found) if found != candidate else "nothing changed"
            raise BundleFailed(self._host, f"the device does not run what was committed: {what}; taken back")

    def _line(self, line: str, number: int) -> None:
        self._took(line, self._ask(line), number)

    def _took(self, line: str, answer: str, number: int) -> None:
        """A refused line ends the candidate."""
        said = MANNER.against(answer)
        if said is not None:
            self._ask("clear configuration candidate")
            self._ask("return")
            where = "config" if number else ""
            raise BundleRefused(self._host, f"line {line.strip()!r} was refused: {said}", where, number)

    def _saved(self, what: str) -> None:
        if said := MANNER.against(self._yes("save")):
            raise BundleFailed(self._host, f"{what}, but not saved for the next restart: {said}")

    def _yes(self, command: str, seconds: int | None = None) -> str:
        """What the device answers to a command whose questions are all answered with yes."""
        patience = min(seconds or self._login.command_seconds, self._login.command_seconds)
        answer = self._terminal.ask(command, patience)
        while QUESTION.search(self._terminal.last_prompt):
            answer += "\n" + self._terminal.ask("y", patience)
        return answer

    def _ask(self, command: str) -> str:
        return self._terminal.ask(command, self._login.command_seconds)


def _time(day: str, time: str) -> datetime:
    return datetime.strptime(f"{' '.join(day.split())} {time}", "%b %d %Y %H:%M:%S").replace(tzinfo=UTC)
