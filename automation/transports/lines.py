"""What sessions have in common in which a change is typed line by line: names, secrets, and the way of a commit.

Secrets stand in bundles by their names and are put in on the way to the device only.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass

from automation.bundle import Bundle, BundleError, difference
from automation.remediation import commands
from automation.session import DeviceStatus
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.login import Login
from automation.transports.terminal import Terminal
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

PART = "config"
UNDO_SECONDS = 20
SECRET = re.compile(r"<secret:([a-z0-9-]+)>")
NOTE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
"""Names of changes that devices of all vendors can keep."""


@dataclass(frozen=True)
class Work:
    """A change that is to be typed: its name, its lines, the configuration before and after, seconds of its timer."""

    note: str
    lines: tuple[str, ...]
    before: str
    candidate: str
    revert_in: int

    def place(self, line: str) -> tuple[str, int]:
        """Part and number of the line of the bundle that a typed line is; an empty part and 0 when it takes something
        away."""
        lines = enumerate(self.candidate.splitlines(), start=1)
        number = next((n for n, wanted in lines if wanted.strip() == line.strip()), 0)
        return (PART, number) if number else ("", 0)


class LineSession(ABC):
    """One login; see `automation.session.Session` for what its methods mean. A commit's id is its change's name."""

    def __init__(self, terminal: Terminal, login: Login, platform: Platform) -> None:
        self._terminal, self._login, self._platform = terminal, login, platform
        self._host, self._seconds = login.way.host, float(login.command_seconds)
        self._forms: dict[str, str] = {}

    def running(self) -> str:
        return str(Bundle.of({PART: self._config()}))

    def compare(self, bundle: str) -> str:
        return difference(Bundle.of({PART: self._config()}), Bundle.of({PART: self._wanted(bundle)}))

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        if not NOTE.fullmatch(note):
            raise RefusedRequest(f"a device cannot keep the name {note!r} of a change", where=self._host)
        candidate, before = self._wanted(bundle), self._config()
        lines = commands(self._platform.slug, before, candidate)
        if not lines:
            return None
        for line in lines:
            self._typed(line)
        self._carry_out(Work(note, lines, before, candidate, revert_in))
        return note

    @abstractmethod
    def status(self) -> DeviceStatus:
        """What became of the last change."""

    def close(self) -> None:
        self._terminal.close()

    @abstractmethod
    def _config(self) -> str:
        """The managed configuration that runs, in the one form in which texts are compared."""

    @abstractmethod
    def _form(self, text: str) -> str:
        """What a device printed or a template wrote, in that form."""

    def _wanted(self, bundle: str) -> str:
        """The configuration of a bundle in that form; BundleRefused when it is no bundle for the platform."""
        return self._read(self._text(bundle))

    def _read(self, text: str) -> str:
        """``_form``, worked out once for what is printed again and again."""
        if text not in self._forms:
            self._forms[text] = self._form(text)
        return self._forms[text]

    def _text(self, bundle: str) -> str:
        try:
            texts = Bundle.parse(bundle).texts()
        except BundleError as fault:
            raise BundleRefused(self._host, fault.reason, line=fault.line) from fault
        if set(texts) != {PART}:
            raise BundleRefused(self._host, f"a bundle for {self._platform.name} has the one part {PART!r}")
        return texts[PART]

    @abstractmethod
    def _carry_out(self, work: Work) -> None:
        """Type a change and put it in force under its timer."""

    def _typed(self, line: str) -> str:
        """A line with its secrets; RefusedRequest when one is not known."""

        def known(found: re.Match[str]) -> str:
            try:
                return self._login.secret(found[1])
            except KeyError:
                raise RefusedRequest(
                    f"the configuration needs the secret {found[1]!r}, which is not known", where=self._host,
                    fix="set it before the change is applied",
                ) from None  # fmt: skip

        return SECRET.sub(known, line.strip())

    def _free(self, status: DeviceStatus) -> None:
        """RefusedRequest while another change waits for its confirmation."""
        if status.pending is not None:
            raise RefusedRequest(f"commit {status.pending.id} still waits for its confirmation", where=self._host)

    def _refusal(self, work: Work, line: str, said: str) -> BundleRefused:
        """A line the device does not take, and where it stands in the bundle."""
        return BundleRefused(self._host, f"line {line.strip()!r} was refused: {said}", *work.place(line))

    def _not_taken(self, work: Work, found: str, otherwise: str, back: str = "taken back") -> BundleFailed:
        """What is wrong with a commit the device has taken; ``otherwise`` when it runs what was wanted."""
        what = first_difference(work.candidate, found) or otherwise
        return BundleFailed(self._host, f"the device does not run what was committed: {what}; {back}")

    def _hurry(self) -> None:
        """An undo is not waited for long: the address spoken to may be one that goes away with the change."""
        self._seconds = min(UNDO_SECONDS, self._seconds)

    def _gone(self, commit: str, why: str) -> BundleFailed:
        return BundleFailed(self._host, f"commit {commit} is no longer in force: {why}")

    def _ask(self, command: str) -> str:
        return self._terminal.ask(command, self._seconds)


def first_difference(wanted: str, found: str) -> str:
    """The first line of one configuration that is not in the other, either way; empty when they are equal."""
    if wanted == found:
        return ""
    for line in wanted.splitlines():
        if line not in found.splitlines():
            return f"{line.strip()!r} did not take"
    extra = next((line for line in found.splitlines() if line not in wanted.splitlines()), "")
    return f"{extra.strip()!r} is there though it should not" if extra else "lines stand in another order"
