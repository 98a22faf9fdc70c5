"""Sessions with Juniper Junos: an exclusive candidate, set lines, and the device's own confirmed commit.

Which change a device runs is told by the comments in its history of commits: ``sn CHANGE`` began it, ``sn CHANGE
confirmed`` kept it, ``sn CHANGE undone`` took it back.
"""

import re

from automation.remediation import commands
from automation.session import DeviceStatus
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.juniper_junos_history import MARK, Entry, History, current_time, entries
from automation.transports.juniper_junos_text import read, stray
from automation.transports.lines import PART, LineSession, Work
from automation.transports.login import Login
from automation.transports.terminal import begun
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

PROMPT = r"[\w.\-]+@[\w.\-]+[>#]"
OLDEST = (15, 1)
"""The first version of those whose manuals were read."""
REFUSAL = re.compile(
    r"^\s*(error:|syntax error|unknown command|missing argument|invalid |warning: statement not found)"
)
DONE = "commit complete"


def session(login: Login, platform: Platform) -> "JunosSession":
    """A session; RefusedRequest for a version that is not known, DeviceUnreachable when there is none."""
    return begun(JunosSession, login, platform, PROMPT)


class JunosSession(LineSession):
    """Changes committed as a whole, told by the history of commits."""

    def begin(self) -> None:
        """Make the device answer in whole, and see that it is one whose commits can be told."""
        for setting in ("screen-length 0", "screen-width 0", "complete-on-space off"):
            self._ask(f"set cli {setting}")
        found = re.search(r"^Junos: (\d+)\.(\d+)\S*", self._ask("show version | no-more"), re.MULTILINE)
        if found is None or (int(found[1]), int(found[2])) < OLDEST:
            raise RefusedRequest(
                f"Junos {found[0].removeprefix('Junos: ') if found else 'of unknown version'} has no confirmed commits "
                "that are known to work", where=self._host,
                fix=f"upgrade it to {'.'.join(map(str, OLDEST))} or later",
            )  # fmt: skip

    def _carry_out(self, work: Work) -> None:
        self._free(self.status())
        self._lock(work)
        for line in work.lines:
            self._entered(line, work)
        minutes = _minutes(work.revert_in, self._platform)
        answer = self._ask(f'commit confirmed {minutes} comment "{MARK} {work.note}"')
        self._leave()
        if DONE not in answer:
            raise BundleRefused(self._host, f"the commit was refused: {_said(answer)}", PART)
        self._verify(work)

    def confirm(self, commit: str) -> None:
        status = self.status()
        if status.kept(commit):
            return
        if not status.awaits(commit):
            raise self._gone(commit, "it was taken back")
        self._again(f"{MARK} {commit} confirmed")
        if not self.status().kept(commit):
            raise self._gone(commit, "it was taken back meanwhile")

    def undo(self, commit: str) -> None:
        self._hurry()
        history = self._history()
        status = history.status()
        if status.awaits(commit):
            self._again(f"{MARK} {commit} undone", 1)
        elif status.kept(commit):
            place, over = history.begun(commit)
            if over:
                raise BundleFailed(
                    self._host, f"{over} has committed since; taking {commit} back would take that back too"
                )
            self._again(f"{MARK} {commit} undone", place + 1)

    def status(self) -> DeviceStatus:
        return self._history().status()

    def neighbours(self) -> frozenset[str]:
        rows = (line.split() for line in self._ask("show ospf neighbor | no-more").splitlines())
        return frozenset(row[3] for row in rows if len(row) > 3 and row[2] == "Full")

    def _config(self, within: str = "") -> str:
        return self._read(self._ask(f"{within}show configuration | display set | no-more"))

    def _form(self, text: str) -> str:
        return read(self._platform, text)

    def _text(self, bundle: str) -> str:
        text = super()._text(bundle)
        if number := stray(text):
            raise BundleRefused(self._host, "a line that neither sets nor deactivates anything", PART, number)
        return text

    def _history(self) -> History:
        found = entries(self._ask("show system commit | no-more"))
        now = current_time(self._ask("show system uptime | no-more")) if found and found[0].waits else 0.0
        return History(found, now, self._same)

    def _same(self, one: Entry, other: Entry) -> bool:
        """Whether two configurations of the history are equal."""
        answer = self._ask(f"show system rollback {one.number} compare {other.number} | no-more")
        return not any(line.startswith(("+", "-", "!")) for line in answer.splitlines())

    def _lock(self, work: Work) -> None:
        """Edit alone what is still as it was looked at; BundleRefused says who is in the way."""
        answer = self._ask("configure exclusive")
        if "Entering configuration mode" not in answer:
            raise BundleRefused(self._host, f"its configuration cannot be had alone: {_said(answer)}")
        if commands(self._platform.slug, self._config("run "), work.candidate) != work.lines:
            self._leave()
            raise BundleRefused(self._host, "somebody changed it meanwhile")

    def _entered(self, line: str, work: Work) -> None:
        """A line of the candidate; a refused one ends it."""
        if said := _against(self._ask(self._typed(line))):
            self._leave()
            raise self._refusal(work, line, said)

    def _leave(self) -> None:
        self._ask("rollback 0")
        self._ask("exit configuration-mode")

    def _again(self, note: str, earlier: int = 0) -> None:
        """Commit what runs, or an earlier configuration, for good; BundleFailed when that was refused."""
        answer = self._ask("configure exclusive")
        if "Entering configuration mode" not in answer:
            raise BundleFailed(self._host, f"its configuration cannot be had alone: {_said(answer)}")
        said = _against(self._ask(f"rollback {earlier}"))
        answer = self._ask(f'commit comment "{note}"') if said is None else ""
        self._leave()
        if DONE not in answer:
            raise BundleFailed(self._host, f"{note!r} was refused: {said or _said(answer)}")

    def _verify(self, work: Work) -> None:
        found = self._config()
        if found != work.candidate or not self.status().awaits(work.note):
            self._again(f"{MARK} {work.note} undone", 1)
            raise self._not_taken(work, found, "no confirmation is waited for")


def _minutes(seconds: int, platform: Platform) -> int:
    step = platform.capabilities.timer_step_seconds
    return max(1, -(-min(seconds, platform.capabilities.timer_max_seconds) // step))


def _against(answer: str) -> str | None:
    return next((line.strip() for line in answer.splitlines() if REFUSAL.match(line)), None)


def _said(answer: str) -> str:
    """What a device says against something, in one line."""
    lines = [line.strip() for line in answer.splitlines()]
    return " ".join(line for line in lines if line and line != "[edit]" and not line.startswith("# ")) or "nothing"
