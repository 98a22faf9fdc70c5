"""Runs the device's own tools; every call has a time limit and a failure carries what the tool said."""

import subprocess
from collections.abc import Sequence


class Refusal(Exception):
    """A part that cannot be accepted or did not take effect; `line` counts from 1 in the part, 0 if unknown."""

    def __init__(self, part: str, reason: str, line: int = 0) -> None:
        self.part, self.reason, self.line = part, reason, line
        super().__init__(f"{part}{f' line {line}' if line else ''}: {reason}")


class CommandError(Exception):
    """A tool that could not be run, ran out of time or returned non-zero; the text is what it printed."""


def run(argv: Sequence[str], stdin: str = "", seconds: float = 60) -> str:
    """Standard output of the command; CommandError with both outputs when it fails."""
    try:
        done = subprocess.run(
            argv, input=stdin, capture_output=True, text=True, errors="replace", timeout=seconds, check=False
        )
    except OSError as fault:
        raise CommandError(f"{argv[0]}: {fault.strerror}") from fault
    except subprocess.TimeoutExpired as fault:
        raise CommandError(f"{argv[0]} did not finish in {seconds:g} s") from fault
    if done.returncode:
        said = (done.stderr + done.stdout).strip()
        raise CommandError(said or f"{argv[0]} returned {done.returncode}")
    return done.stdout
