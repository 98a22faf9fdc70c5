"""Sessions with Cisco IOS and IOS XE: lines under the device's own revert timer.

What it ran before a change is copied to a file of the change's name, and the first line of a change leaves its name in
the running configuration, where it comes and goes with the change: so the device itself tells what became of it.
"""

import re
from datetime import datetime, timedelta

from automation.session import DeviceStatus, Pending
from automation.transports.errors import BundleFailed, BundleRefused, DeviceUnreachable
from automation.transports.indented import IndentedSession, Manner, standing
from automation.transports.lines import Work
from automation.transports.login import Login
from automation.transports.terminal import begun
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

PROMPT = r"[\w.\-]+(?:\([\w.\-+]+\))?[>#]|Destination filename \[[^\]]*\]\?|[^\r\n]*\[confirm\]|Password:"
MARK = "ip access-list standard SILESIANET-CHANGE"
MARKED = re.compile(rf"^{MARK}\s*\n\s+(?:\d+ )?remark (\S+)", re.MULTILINE)
FILE = re.compile(r"\b(sn-(\d{4})-(\S+)\.cfg)\s*$", re.MULTILINE)
KEPT_FILES = 3
HEAD = re.compile(r"^(Building configuration|Current configuration|Using \d+ out of).*$", re.MULTILINE)
NEIGHBOUR = re.compile(r"^(\d+\.\d+\.\d+\.\d+)\s+\d+\s+FULL/", re.MULTILINE)
MOMENT = re.compile(r"(\d+:\d+:\d+)(?:\.\d+)? \S+ \w{3} (\w{3} +\d+ \d{4})")
ChangeFile = tuple[str, int, str]
"""Name, number, change."""
MANNER = Manner(
    masks=((r"key (?:\d+ )?\S{2,}", "key <secret:tacacs>"),),
    plain=lambda text: HEAD.sub("", text),
    refusal=re.compile(r"^\s*%|open failed|^Rollback aborted|^Command rejected", re.IGNORECASE),
    question=re.compile(r"(\?|\[confirm\])$"),
)


def session(login: Login, platform: Platform) -> "IosSession":
    """A session; RefusedRequest for a device without an archive, DeviceUnreachable when there is none."""
    return begun(IosSession, login, platform, PROMPT)


class IosSession(IndentedSession):
    """Changes typed into what runs, under a timer."""

    manner = MANNER

    def begin(self) -> None:
        """Become able to change things, and see that the device can take them back."""
        if self._terminal.last_prompt.endswith(">"):
            self._enable()
        for command in ("terminal length 0", "terminal width 511"):
            self._ask(command)
        if "maximum archive" not in self._ask("show archive"):
            raise RefusedRequest(
                "its archive is off, so it has no timer that takes a change back", where=self._host,
                fix="configure `archive` with a `path` on its flash",
            )  # fmt: skip

    def _carry_out(self, work: Work) -> None:
        files = self._files()
        self._free(self._standing(files))
        self._keep(work.note, files)
        self._begin_change(work.revert_in)
        for line in (f"no {MARK}", MARK, f" remark {work.note}", " exit", *work.lines):
            self._entered(line, work)
        self._ask("end")
        self._verify(work)

    def confirm(self, commit: str) -> None:
        said = self._said("configure confirm")
        if self._mark() != commit or self._left() is not None:
            raise BundleFailed(
                self._host, f"commit {commit} is not kept: {said or 'it was taken back, or still waits'}"
            )
        self._saved("confirmed")
        for name, *_ in self._files()[:-KEPT_FILES]:
            self._answered(f"delete /force flash:{name}")

    def undo(self, commit: str) -> None:
        self._hurry()
        status = self.status()
        if status.pending is not None and status.pending.id == commit:
            self._done("configure revert now")
        elif status.pending is None and self._mark() == commit:
            self._done(f"configure replace flash:{self._file_of(commit)} force")
            self._saved("undone")

    def status(self) -> DeviceStatus:
        return self._standing(self._files())

    def _standing(self, files: list[ChangeFile]) -> DeviceStatus:
        """A change that waits is the last one begun here, unless that was kept already: then another hand began it."""
        left, last = self._left(), files[-1][2] if files else ""
        if left is not None:
            theirs = self._mark("startup-config") == last
            return DeviceStatus(Pending("", "", left) if theirs else Pending(last, last, left), None)
        return standing(None, [note for *_, note in files], self._mark)

    def neighbours(self) -> frozenset[str]:
        return frozenset(NEIGHBOUR.findall(self._ask("show ip ospf neighbor")))

    def _enable(self) -> None:
        answer = self._ask("enable")
        if self._terminal.last_prompt.startswith("Password"):
            try:
                answer = self._ask(self._login.secret("enable"))
            except KeyError:
                raise DeviceUnreachable(self._host, "login", "it asks for the secret 'enable', not known") from None
        if not self._terminal.last_prompt.endswith("#"):
            raise DeviceUnreachable(self._host, "login", f"no privileges: {MANNER.against(answer) or 'refused'}")

    def _mark(self, where: str = "running-config") -> str:
        """The change whose configuration is in force."""
        return _marked(self._ask(f"show {where} | section {MARK}"))

    def _left(self) -> float | None:
        """Seconds until a pending change is taken back; null when none is pending."""
        answer = self._ask("show archive config rollback timer")
        value = re.search(r"Timer value:\s*(\d+)", answer)
        if value is None:
            return None
        configured, now = MOMENT.search(answer), MOMENT.search(self._ask("show clock"))
        minutes = timedelta(minutes=int(value[1]))
        if configured is None or now is None:
            return minutes.total_seconds()
        return max(0.0, (_moment(configured) + minutes - _moment(now)).total_seconds())

    def _files(self) -> list[ChangeFile]:
        """Files of changes begun here, oldest first."""
        found = FILE.findall(self._ask("dir flash:"))
        return sorted(((name, int(number), note) for name, number, note in found), key=lambda file: file[1])

    def _file_of(self, commit: str) -> str:
        found = [name for name, _, note in self._files() if note == commit]
        if not found:
            raise BundleFailed(self._host, f"what it ran before {commit} is no longer on its flash")
        return found[-1]

    def _keep(self, note: str, files: list[ChangeFile]) -> None:
        """Copy what it runs to a file of the change's name, after those that are there."""
        name = f"sn-{files[-1][1] + 1 if files else 1:04}-{note}.cfg"
        self._kept(f"copy running-config flash:{name}")

    def _begin_change(self, revert_in: int) -> None:
        most = self._platform.capabilities.timer_max_seconds
        minutes = -(-min(max(1, revert_in), most) // 60)
        said = self._said(f"configure terminal revert timer {minutes}")
        if said or "(config" not in self._terminal.last_prompt:
            raise BundleRefused(self._host, f"the device starts no revert timer: {said or 'no configuration mode'}")

    def _entered(self, line: str, work: Work) -> None:
        if said := self._said(self._typed(line)):
            self._ask("end")
            what = f"line {line.strip()!r} was refused: {said}; {self._taken_back(work)}"
            raise BundleFailed(self._host, what, *work.place(line))

    def _verify(self, work: Work) -> None:
        answer = self._ask(self.show)
        found = self._read(answer)
        if found != work.candidate or _marked(answer) != work.note:
            raise self._not_taken(work, found, "nothing changed", self._taken_back(work))

    def _taken_back(self, work: Work) -> str:
        """End the change at once, and say whether that worked. Lines entered after its timer had ended are not taken
        back with it, so the file of what was before has the last word."""
        self._ask("configure revert now")
        if self._config() != work.before and self._left() is None:
            self._ask(f"configure replace flash:{self._file_of(work.note)} force")
        if self._config() == work.before and self._left() is None:
            return "taken back"
        return "it was told to take everything back and has not yet; its timer does"


def _marked(text: str) -> str:
    """The change that a configuration names as the one in force."""
    found = MARKED.search(text)
    return found[1] if found else ""


def _moment(found: re.Match[str]) -> datetime:
    return datetime.strptime(f"{found[1]} {' '.join(found[2].split())}", "%H:%M:%S %b %d %Y")
