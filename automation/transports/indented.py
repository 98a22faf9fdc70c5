"""What sessions with devices of indented command lines have in common: reading in one form, typing, secrets, refusals.

Secrets stand in bundles by their names and are put in on the way to the device only.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from automation.bundle import Bundle, BundleError, difference
from automation.remediation import commands
from automation.remediation.dialects import dialect_of
from automation.remediation.tree import masked, ordered, parse, without, written
from automation.session import REVERTED, DeviceStatus, Ended, Pending
from automation.transports.errors import BundleRefused
from automation.transports.login import Login
from inventory.errors import RefusedRequest
from inventory.platforms import Platform

PART = "config"
UNDO_SECONDS = 20
"""An undo is not waited for long: the address spoken to may be one that goes away with the change."""
SECRET = re.compile(r"<secret:([a-z0-9-]+)>")
NOTE = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,39}")
"""Names of changes that devices of all vendors can keep."""


@dataclass(frozen=True)
class Manner:
    """How a platform prints what it was told: secrets it hides, words it puts for numbers."""

    masks: tuple[tuple[str, str], ...]
    """Pattern of a whole printed line, and what the line is in a bundle."""
    plain: Callable[[str], str]
    """A printed text with words of the platform's own as templates write them."""
    refusal: re.Pattern[str]
    """What the device says against a line."""
    hollow: re.Pattern[str] = re.compile(r"(?!)")
    """Headers that say nothing when nothing of ours stands below them."""

    def read(self, platform: Platform, text: str) -> str:
        """The managed configuration in the one form in which texts are compared."""
        tree = masked(without(parse(self.plain(text)), platform.unmanaged), self.masks)
        kept = tuple(node for node in tree if node.children or not self.hollow.match(node.text))
        return written(ordered(kept, dialect_of(platform.slug)))

    def against(self, answer: str) -> str | None:
        """What a device says against what it was told; null when it takes it."""
        return next((line.strip() for line in answer.splitlines() if self.refusal.search(line)), None)


def bundle_of(config: str) -> Bundle:
    """The bundle of a configuration text."""
    return Bundle.of({PART: config})


def config_of(device: str, platform: Platform, manner: Manner, bundle: str) -> str:
    """The configuration of a bundle in the one form; BundleRefused when it is no bundle for the platform."""
    try:
        texts = Bundle.parse(bundle).texts()
    except BundleError as fault:
        raise BundleRefused(device, fault.reason, line=fault.line) from fault
    if set(texts) != {PART}:
        raise BundleRefused(device, f"a bundle for {platform.name} has the one part {PART!r}")
    return manner.read(platform, texts[PART])


def compared(running: str, candidate: str) -> str:
    """Unified difference of two configurations."""
    return difference(bundle_of(running), bundle_of(candidate))


def lines_to(platform: Platform, running: str, candidate: str) -> tuple[str, ...]:
    """What is typed to lead from one configuration to another."""
    return commands(platform.slug, running, candidate)


def typed(login: Login, line: str) -> str:
    """A line with its secrets; RefusedRequest when one is not known."""

    def known(found: re.Match[str]) -> str:
        try:
            return login.secret(found[1])
        except KeyError:
            raise RefusedRequest(
                f"the configuration needs the secret {found[1]!r}, which is not known", where=login.way.host,
                fix="set it before the change is applied",
            ) from None  # fmt: skip

    return SECRET.sub(known, line.strip())


def known_secrets(login: Login, lines: Iterable[str]) -> None:
    """RefusedRequest when a secret is missing, before anything is sent."""
    for line in lines:
        typed(login, line)


def checked_note(device: str, note: str) -> str:
    """The name of a change, if devices can keep it."""
    if not NOTE.fullmatch(note):
        raise RefusedRequest(f"a device cannot keep the name {note!r} of a change", where=device)
    return note


def first_difference(wanted: str, found: str) -> str:
    """The first line of one configuration that is not in the other, either way."""
    for line in wanted.splitlines():
        if line not in found.splitlines():
            return f"{line.strip()!r} did not take"
    extra = next((line for line in found.splitlines() if line not in wanted.splitlines()), "")
    return f"{extra.strip()!r} is there though it should not" if extra else "lines stand in another order"


def line_of(text: str, command: str) -> int:
    """Where a command stands in a configuration, from 1; 0 when it is one that takes something away."""
    wanted = command.strip()
    return next((n for n, line in enumerate(text.splitlines(), start=1) if line.strip() == wanted), 0)


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
