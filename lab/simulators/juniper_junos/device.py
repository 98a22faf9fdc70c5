"""A simulated Juniper Junos: active configuration, its fifty predecessors, the candidate everybody edits, and commits
that go back unless they are confirmed."""

import time
from dataclasses import dataclass, field
from typing import ClassVar

from lab.simulators.clock import Clock, Timer
from lab.simulators.device import Cli, Handler, Simulated
from lab.simulators.juniper_junos.checks import faults_of
from lab.simulators.juniper_junos.tree import Config, Refused

KEPT = 50
NOW = 1_790_000_000
"""Seconds since 1970 when a device is switched on."""


@dataclass(frozen=True)
class Committed:
    """An entry of the history; ``minutes`` is set for a commit that had to be confirmed."""

    config: Config
    at: float
    user: str
    client: str
    note: str = ""
    minutes: int | None = None


@dataclass
class Pending:
    """A commit that goes back unless it is confirmed."""

    before: Config
    due: float
    timer: Timer


@dataclass
class Editor:
    """Somebody who edits; ``config`` is a private copy, ``exclusive`` keeps all others out."""

    user: str
    client: str
    exclusive: bool = False
    config: Config | None = None
    since: float = 0.0
    base: Config | None = field(default=None, repr=False)


class JuniperJunos(Simulated):
    """A router. ``peers`` are router ids by interface, neighbours once OSPF runs there.

    ``after_restart`` says what becomes of a commit that waits for its confirmation when the device restarts: it goes
    ``back``, or it is ``kept`` and nothing waits any more. Which of them real devices do is not known to us.
    """

    platform = "juniper-junos"
    full_words = "error: maximum number of sessions reached\n"
    version: str = "22.4R3.25"
    model: ClassVar[str] = "vmx"

    def __init__(self, name: str, startup: str, clock: Clock) -> None:
        self.peers: dict[str, str] = {}
        self.after_restart = "back"
        self.pending: Pending | None = None
        self.history: list[Committed] = []
        super().__init__(name, startup, clock)

    def boot(self, startup: str) -> None:
        """Run this configuration with an empty history; nobody edits."""
        if self.pending is not None:
            self.pending.timer.cancel()
        self.pending, self.editors, self.booted = None, list[Editor](), self.clock.now()
        self.history = [Committed(Config.of(startup), self.now, "root", "other")]
        self.candidate = self.active.copy()

    def cli(self) -> Cli:
        from lab.simulators.juniper_junos.cli import JunosCli

        return JunosCli(self)

    def subsystem(self, name: str) -> Handler | None:
        """NETCONF."""
        from lab.simulators.juniper_junos.netconf import Netconf

        return Netconf(self).serve if name == "netconf" else None

    def running(self) -> str:
        return self.active.text()

    def reboot(self) -> None:
        """The candidate is gone; configurations and history stay."""
        self.editors = []
        self.booted = self.clock.now()
        if self.pending is not None and self.after_restart == "back":
            self.take_back()
        elif self.pending is not None:
            self.pending.timer.cancel()
            self.pending = None
        self.candidate = self.active.copy()

    @property
    def active(self) -> Config:
        """What it runs."""
        return self.history[0].config

    @property
    def now(self) -> float:
        """Seconds since 1970."""
        return NOW + self.clock.now()

    @property
    def hostname(self) -> str:
        """The name in prompts."""
        return next(iter(self.active.values("system", "host-name")), "Amnesiac")

    def stamp(self, at: float) -> str:
        """An instant as the device prints it."""
        return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(at))

    def open(self, editor: Editor) -> str:
        """Let somebody edit; what is said first. Refused while another keeps all out, or left the candidate changed."""
        self.locked_by_other(editor)
        editor.since = self.now
        changed = self.candidate != self.active
        if editor.exclusive and changed:
            raise Refused("error: configuration database modified")
        if editor.config is not None:
            editor.config, editor.base = self.active.copy(), self.active
        others = "".join(self._described(other) for other in self.editors)
        self.editors.append(editor)
        said = "warning: uncommitted changes will be discarded on exit\n" if editor.exclusive or editor.config else ""
        users = f"Users currently editing the configuration:\n{others}" if others else ""
        dirty = "The configuration has been changed but not committed\n" if changed and not editor.config else ""
        return f"{said}Entering configuration mode\n{users}{dirty}"

    def close(self, editor: Editor) -> None:
        """Somebody edits no longer; what only they were changing is gone."""
        if editor in self.editors:
            self.editors.remove(editor)
            if editor.exclusive:
                self.candidate = self.active.copy()

    def locked_by_other(self, editor: Editor | None) -> None:
        """Refused while another has the configuration for itself."""
        holder = next((e for e in self.editors if e.exclusive and e is not editor), None)
        if holder is not None:
            said = self._described(holder)
            raise Refused(f"error: configuration database locked by:\n{said}      exclusive [edit]")

    def draft(self, editor: Editor) -> Config:
        """The configuration somebody edits."""
        return editor.config if editor.config is not None else self.candidate

    def commit(self, editor: Editor, minutes: int | None = None, note: str = "", check: bool = False) -> None:
        """Run the candidate, for so many minutes or for good; a check alone confirms what waits."""
        self.locked_by_other(editor)
        config = self.draft(editor)
        if editor.config is not None and minutes is not None:
            raise Refused("error: commit confirmed is not supported in private mode")
        if wrong := faults_of(config):
            raise Refused(f"{wrong}error: configuration check-out failed")
        if self.faults.disk_full:
            raise Refused("error: cannot write /config/juniper.conf+.gz: No space left on device")
        before = self.pending.before if self.pending is not None else self.active
        if self.pending is not None:
            self.pending.timer.cancel()
            self.pending = None
        if check:
            return
        taken = self.active if self.faults.ignore_commit else config.copy()
        self._ran(Committed(taken, self.now, editor.user, editor.client, note, minutes))
        if editor.config is None:
            self.candidate = taken.copy()
        if minutes is not None:
            self.pending = Pending(
                before, self.clock.now() + minutes * 60, self.clock.later(minutes * 60, self.take_back)
            )

    def take_back(self) -> None:
        """Run again what was before the commit that was not confirmed."""
        if self.pending is None:
            return
        self.pending.timer.cancel()
        before, self.pending = self.pending.before, None
        untouched = self.candidate == self.active
        self._ran(Committed(before.copy(), self.now, "root", "other"))
        if untouched:
            self.candidate = self.active.copy()

    def earlier(self, number: int) -> Config:
        """A configuration of the history."""
        if not 0 <= number < len(self.history):
            raise Refused(f"error: file does not exist: /config/juniper.conf.{number}.gz")
        return self.history[number].config

    def neighbours(self) -> dict[str, str]:
        """Router ids of OSPF neighbours by the interfaces they are seen on."""
        spoken = self.active.values("protocols", "ospf", "area", "0.0.0.0")
        return {port: peer for port, peer in self.peers.items() if port in spoken}

    def _ran(self, entry: Committed) -> None:
        self.history = [entry, *self.history][:KEPT]

    def _described(self, editor: Editor) -> str:
        return f"  {editor.user} terminal pts/0 (pid 4711) on since {self.stamp(editor.since)}\n"
