"""Sessions with Huawei VRP8: two-stage configuration, committed on trial with the device's own timer.

Which change a device runs is written into its running configuration, as the description of a filter that filters
nothing; a file of the change's name holds what was before.
"""

import re
from datetime import UTC, datetime

from automation.session import DeviceStatus, Pending
from automation.transports.errors import BundleFailed
from automation.transports.indented import IndentedSession, Manner, Views, standing
from automation.transports.lines import Work
from automation.transports.login import Login
from automation.transports.terminal import begun
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

PROMPT = (
    r"<[^<>\r\n]+>|\[[~*]?[^\[\]\r\n]+\]|[^\r\n]*\[[Yy]/[Nn](?:/[Cc])?\]:?|[^\r\n]*\[Y\(yes\)/N\(no\)/C\(cancel\)\]:?"
)
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
    question=re.compile(r"\[Y", re.IGNORECASE),
    grant="y",
)


def session(login: Login, platform: Platform) -> "VrpSession":
    """A session; RefusedRequest for a version that tries nothing, DeviceUnreachable when there is none."""
    return begun(VrpSession, login, platform, PROMPT)


class VrpSession(IndentedSession):
    """Changes on trial, from a candidate."""

    manner, show, save = MANNER, "display current-configuration", "save"

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

    def _carry_out(self, work: Work) -> None:
        self._free(self.status())
        self._kept(f"save {PREFIX}{work.note}.cfg")
        self._ask("system-view")
        self._type(work)
        seconds = min(max(SHORTEST, work.revert_in), self._platform.capabilities.timer_max_seconds)
        trial = f"commit trial {seconds} persist {PREFIX}{work.note} description {work.note}"
        self._took(trial, self._ask(trial), work)
        self._ask("return")
        self._verify(work)

    def confirm(self, commit: str) -> None:
        self._ask("system-view")
        said = self._said(f"commit persist {PREFIX}{commit}")
        self._ask("return")
        if said is not None or self._mark() != commit:
            raise self._gone(commit, said or "it was taken back")
        self._saved("confirmed")
        for name in self._attempts()[:-KEPT_FILES]:
            self._answered(f"delete /unreserved /quiet {PREFIX}{name}.cfg")

    def undo(self, commit: str) -> None:
        self._hurry()
        status = self.status()
        if status.pending is not None and status.pending.id == commit:
            self._abort(commit)
        elif status.pending is None and self._mark() == commit:
            if said := self._said(f"rollback configuration to file {PREFIX}{commit}.cfg"):
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

    def _mark(self) -> str:
        """The change in force, as it stands in the running configuration."""
        found = re.search(rf"^{MARK}\s*\n\s+description (\S+)", self._ask(self.show), re.MULTILINE)
        return found[1] if found else ""

    def _attempts(self) -> list[str]:
        """Changes that were begun here, oldest first."""
        found = re.findall(rf"(\w{{3}} +\d+ +\d{{4}}) +([\d:]+) +{PREFIX}(\S+)\.cfg", self._ask(f"dir {PREFIX}*.cfg"))
        return [name for *_, name in sorted(found, key=lambda row: _time(row[0], row[1]))]

    def _type(self, work: Work) -> None:
        """The lines of a change and its name, each in its view."""
        views = Views(self._ask, lambda: self._terminal.last_prompt, "quit")
        for line in (*work.lines, MARK, f" description {work.note}"):
            text = self._typed(line)
            if text != "quit":
                self._took(line, views.enter(line, text), work)
        views.back_to()

    def _abort(self, commit: str) -> None:
        self._ask("system-view")
        said = self._said(f"abort trial persist {PREFIX}{commit}")
        self._ask("return")
        if said is not None:
            raise BundleFailed(self._host, f"commit {commit} could not be undone: {said}")

    def _verify(self, work: Work) -> None:
        found = self._config()
        if found != work.candidate or self._mark() != work.note:
            self._abort(work.note)
            raise self._not_taken(work, found, "nothing changed")

    def _took(self, line: str, answer: str, work: Work) -> None:
        """A refused line ends the candidate."""
        if said := MANNER.against(answer):
            self._ask("clear configuration candidate")
            self._ask("return")
            raise self._refusal(work, line, said)


def _time(day: str, time: str) -> datetime:
    return datetime.strptime(f"{' '.join(day.split())} {time}", "%b %d %Y %H:%M:%S").replace(tzinfo=UTC)
