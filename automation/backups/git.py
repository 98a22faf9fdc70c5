"""The program git on one folder, deaf to everything a user or machine has configured for it."""

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import RefusedRequest, SilesiaNetError

SECONDS = 120
SETTINGS = ("core.hooksPath=/dev/null", "core.fsync=committed,reference", "gc.autoDetach=false", "commit.gpgSign=false")


class GitFailed(SilesiaNetError):
    """git refused to work: the text is its own last line."""


@dataclass(frozen=True)
class Git:
    """``held`` are open files every git process keeps too, so that a lock on them outlives a killed controller."""

    folder: Path
    held: tuple[int, ...] = ()

    def run(self, *arguments: str, **identity: str) -> str:
        """Standard output of a git command; GitFailed with what it complained of."""
        settings = [word for setting in SETTINGS for word in ("-c", setting)]
        try:
            done = subprocess.run(
                ["git", *settings, *arguments], cwd=self.folder, env=self._environment() | identity, timeout=SECONDS,
                capture_output=True, text=True, encoding="utf-8", errors="replace", check=False, pass_fds=self.held,
            )  # fmt: skip
        except FileNotFoundError as fault:
            raise RefusedRequest("git is not installed", fix="install Debian's package git") from fault
        except subprocess.TimeoutExpired as fault:
            raise GitFailed(f"git {arguments[0]} took longer than {SECONDS} s", where=str(self.folder)) from fault
        if done.returncode:
            raise GitFailed(f"git {arguments[0]}: {_last(done.stderr)}", where=str(self.folder))
        return done.stdout

    def says(self, *arguments: str) -> str | None:
        """The answer without white space around it; null when there is none."""
        try:
            return self.run(*arguments).strip()
        except GitFailed:
            return None

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC", "GIT_TERMINAL_PROMPT": "0",
            "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_DIR": str(self.folder / ".git"), "GIT_WORK_TREE": str(self.folder),
        }  # fmt: skip


def _last(text: str) -> str:
    lines: Sequence[str] = text.strip().splitlines()
    return lines[-1] if lines else "no reason given"
