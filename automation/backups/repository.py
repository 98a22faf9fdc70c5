"""The repository of running configurations: one file for each device, one commit for each run that found a change.

A run that is killed leaves the last commit as it was; what it had begun is thrown away by the next one.
"""

import fcntl
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from automation.backups.git import Git, GitFailed
from inventory.errors import RefusedRequest, UnknownObject

PROGRAM = "silesianet"
LOCK = "silesianet.lock"
SUFFIX = ".bundle"
COMMIT = re.compile(r"[0-9a-f]{4,40}")
DEVICE = re.compile(r"[a-z0-9][a-z0-9-]*")
FIELDS = "%H%x1f%at%x1f%an%x1f%B%x1e"


@dataclass(frozen=True)
class Saving:
    """One commit: when (epoch seconds), who ran the backup, its first line and all it says."""

    commit: str
    at: float
    who: str
    subject: str
    message: str


@dataclass(frozen=True)
class Line:
    """A line of a configuration and the backup in which it was first seen."""

    number: int
    text: str
    commit: str


@dataclass(frozen=True)
class Repository:
    """Reads need no lock; writing is done within `writing`."""

    folder: Path

    @contextmanager
    def writing(self) -> Iterator["Writer"]:
        """The only writer; RefusedRequest while another run is at work."""
        place = self.folder / ".git"
        place.mkdir(parents=True, exist_ok=True)
        with (place / LOCK).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as fault:
                raise RefusedRequest("another backup is running", where=str(self.folder), fix="wait for it") from fault
            writer = Writer(self.folder, Git(self.folder, (lock.fileno(),)))
            writer.begin()
            yield writer

    def log(self, device: str, limit: int = 50) -> tuple[Saving, ...]:
        """Backups in which a device had changed, newest first; UnknownObject when it was never saved."""
        text = self._git.run("log", f"-{limit}", f"--format={FIELDS}", "HEAD", "--", self._file(device))
        return tuple(_saving(record) for record in text.split("\x1e") if record.strip())

    def saving(self, commit: str) -> Saving:
        """One commit."""
        return _saving(self._git.run("log", "-1", f"--format={FIELDS}", commit).rstrip().rstrip("\x1e"))

    def show(self, device: str, commit: str = "HEAD") -> str:
        """What a device ran at a backup; UnknownObject when it is not in it."""
        try:
            return self._git.run("show", f"{commit}:{self._file(device)}")
        except GitFailed as fault:
            fix = f"see `silesianet backup log {device}`"
            raise UnknownObject(f"no {device} in backup {commit}", where=f"device:{device}", fix=fix) from fault

    def blame(self, device: str) -> tuple[Line, ...]:
        """Every line of the last backup of a device, with the backup that brought it."""
        text = self._git.run("blame", "--line-porcelain", "HEAD", "--", self._file(device))
        commits = re.findall(r"^([0-9a-f]{40}) \d+ \d+", text, re.MULTILINE)
        lines = re.findall(r"^\t(.*)$", text, re.MULTILINE)
        return tuple(Line(n, line, commit) for n, (line, commit) in enumerate(zip(lines, commits, strict=True), 1))

    def diff(self, device: str, before: str, after: str) -> str:
        """Unified difference of two backups of a device; empty when there is none."""
        return self._git.run("diff", "--no-color", "--no-ext-diff", before, after, "--", self._file(device))

    def commit(self, text: str) -> str:
        """The full name of a commit; UnknownObject when there is none of that name."""
        found = COMMIT.fullmatch(text) and self._git.says("rev-parse", "--verify", "--quiet", f"{text}^{{commit}}")
        if not found:
            raise UnknownObject(f"no backup {text!r}", where=str(self.folder), fix="see `silesianet backup log DEVICE`")
        return found

    def before(self, device: str, at: float) -> str | None:
        """The last backup of a device not after an instant (epoch seconds)."""
        return self._git.says("rev-list", "-1", f"--before={int(at)}", "HEAD", "--", self._file(device)) or None

    def last(self, device: str) -> float:
        """When a device was last saved (epoch seconds); 0 when it never was."""
        try:
            return self.log(device, 1)[0].at
        except UnknownObject:
            return 0.0

    @property
    def _git(self) -> Git:
        git = Git(self.folder)
        if not (self.folder / ".git" / "HEAD").is_file() or git.says("rev-parse", "--verify", "-q", "HEAD") is None:
            raise UnknownObject("there is no backup", where=str(self.folder), fix="make one: `silesianet backup`")
        return git

    def _file(self, device: str) -> str:
        """Path of a device's file; UnknownObject when no backup ever held it."""
        name = f"{device}{SUFFIX}"
        if not DEVICE.fullmatch(device) or not self._git.says("rev-list", "-1", "HEAD", "--", name):
            raise UnknownObject(f"no backup of {device!r}", where=f"device:{device}", fix="see `silesianet backup`")
        return name


@dataclass(frozen=True)
class Writer:
    """The one run that may write."""

    folder: Path
    git: Git

    def begin(self) -> None:
        """Make the repository if there is none; clear away what a killed run left, its git's locks included."""
        if not (self.folder / ".git" / "HEAD").is_file():
            self.git.run("init", "--quiet", "--initial-branch=backup")
        for left in (self.folder / ".git").rglob("*.lock"):
            if left.name != LOCK:
                left.unlink(missing_ok=True)
        if self.git.says("rev-parse", "--verify", "--quiet", "HEAD"):
            self.git.run("reset", "--hard", "--quiet")

    def save(self, texts: Mapping[str, str], who: str, message: Callable[[frozenset[str]], str]) -> frozenset[str]:
        """Write the texts of devices and commit those that changed, in the name of whoever ran it; returns them."""
        names = {f"{device}{SUFFIX}": device for device in texts}
        for name, device in names.items():
            _write(self.folder / name, texts[device])
        if not names:
            return frozenset()
        self.git.run("add", "--force", "--", *names)
        changed = self.git.run("diff", "--cached", "--name-only", "-z").split("\0")
        devices = frozenset(names[name] for name in changed if name in names)
        if devices:
            self.git.run("commit", "--quiet", "--cleanup=verbatim", "-m", message(devices), **_identity(who))
        return devices


def _identity(who: str) -> dict[str, str]:
    """No address is made up: git takes an empty one."""
    name = re.sub(r"[<>\n\r\x00]", "", who).strip() or PROGRAM
    return {
        "GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": "", "GIT_COMMITTER_NAME": PROGRAM, "GIT_COMMITTER_EMAIL": "",
    }  # fmt: skip


def _saving(record: str) -> Saving:
    commit, at, who, message = record.strip("\n").split("\x1f", 3)
    return Saving(commit, float(at), who, message.partition("\n")[0], message.strip())


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)
