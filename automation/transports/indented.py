"""What sessions with devices of indented command lines have in common: reading in one form, refusals, questions."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from automation.remediation.dialects import dialect_of
from automation.remediation.tree import masked, ordered, parse, without, written
from automation.session import REVERTED, DeviceStatus, Ended, Pending
from automation.transports.errors import BundleFailed, BundleRefused
from automation.transports.lines import LineSession
from inventory.platforms import Platform

NEVER = re.compile(r"(?!)")


@dataclass(frozen=True)
class Manner:
    """How a platform prints what it was told: secrets it hides, words it puts for numbers."""

    masks: tuple[tuple[str, str], ...]
    """Pattern of a whole printed line, and what the line is in a bundle."""
    plain: Callable[[str], str]
    """A printed text with words of the platform's own as templates write them."""
    refusal: re.Pattern[str]
    """What the device says against a line."""
    hollow: re.Pattern[str] = NEVER
    """Headers that say nothing when nothing of ours stands below them."""
    question: re.Pattern[str] = NEVER
    """A prompt by which the device asks back, and ``grant`` the answer that lets it go on."""
    grant: str = ""

    def read(self, platform: Platform, text: str) -> str:
        """The managed configuration in the one form in which texts are compared."""
        tree = masked(without(parse(self.plain(text)), platform.unmanaged), self.masks)
        kept = tuple(node for node in tree if node.children or not self.hollow.match(node.text))
        return written(ordered(kept, dialect_of(platform.slug)))

    def against(self, answer: str) -> str | None:
        """What a device says against what it was told; null when it takes it."""
        return next((line.strip() for line in answer.splitlines() if self.refusal.search(line)), None)


class IndentedSession(LineSession):
    """A session with a device of an indented command line."""

    manner: ClassVar[Manner]
    show: ClassVar[str] = "show running-config"
    save: ClassVar[str] = "write memory"

    def _config(self) -> str:
        return self._read(self._ask(self.show))

    def _form(self, text: str) -> str:
        return self.manner.read(self._platform, text)

    def _said(self, command: str) -> str | None:
        """What the device says against a command; null when it takes it."""
        return self.manner.against(self._answered(command))

    def _done(self, command: str) -> None:
        if said := self._said(command):
            raise BundleFailed(self._host, f"{command!r}: {said}")

    def _kept(self, command: str) -> None:
        """Have the device keep what it runs, before anything is changed."""
        if said := self._said(command):
            raise BundleRefused(self._host, f"the device cannot keep what it runs: {said}")

    def _saved(self, what: str) -> None:
        if said := self._said(self.save):
            raise BundleFailed(self._host, f"{what}, but not saved for the next restart: {said}")

    def _answered(self, command: str) -> str:
        """The answer to a command that may ask back; what is asked is granted."""
        answer = self._ask(command)
        while self.manner.question.search(self._terminal.last_prompt):
            answer += "\n" + self._ask(self.manner.grant)
        return answer


def standing(pending: Pending | None, attempts: Sequence[str], mark: Callable[[], str]) -> DeviceStatus:
    """Where a device stands that keeps what was before each change (``attempts``, oldest first) and the name of the
    change it runs (``mark``)."""
    if not attempts or (pending is not None and attempts[-1] == pending.note):
        return DeviceStatus(pending, None)
    last = attempts[-1]
    if mark() == last:
        return DeviceStatus(pending, Ended(last, last, "confirmed", "confirmed"))
    reason = "not in force: its timer ended, it was taken back, or the device restarted"
    return DeviceStatus(pending, Ended(last, last, REVERTED, reason))


class Views:
    """Keeps typed lines in the view they belong to, where a device takes a line nowhere else.

    ``ask`` types a line and ``prompt`` gives what the device shows then; a view is open when its prompt changed.
    """

    def __init__(self, ask: Callable[[str], str], prompt: Callable[[], str], leave: str) -> None:
        self._ask, self._prompt, self._leave = ask, prompt, leave
        self._open: list[int] = []

    def enter(self, line: str, text: str) -> str:
        """What the device answers to ``text``, typed where the indentation of ``line`` says."""
        depth = len(line) - len(line.lstrip())
        self.back_to(depth)
        before = self._place()
        answer = self._ask(text)
        if self._place() != before:
            self._open.append(depth)
        return answer

    def back_to(self, depth: int = 0) -> None:
        """Leave views that stand at this indentation or deeper."""
        while self._open and self._open[-1] >= depth:
            self._open.pop()
            self._ask(self._leave)

    def _place(self) -> str:
        return self._prompt().replace("~", "").replace("*", "")
