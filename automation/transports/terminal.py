"""The command line of a device for changes: lock-step, each line answered before the next, nothing guessed by time.

What is sent is echoed by the device; an answer ends where the prompt stands alone at the end of what was received.
"""

import codecs
import re
import time
from collections.abc import Callable
from typing import Protocol

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.login import Login
from automation.transports.ssh import Shell, Target
from inventory.platforms import Platform

WIDTH, HEIGHT = 511, 1000
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|[\x00\x07\x08]")


class Terminal:
    """One login with a prompt. Not for several threads at once.

    ``prompt`` matches the prompt alone, as the whole last line, in every mode the session will enter.
    """

    def __init__(self, way: Target, prompt: str, seconds: float) -> None:
        self.host = way.host
        self._prompt = re.compile(rf"(?:^|[\r\n])({prompt})\s*$")
        self._shell = Shell(way, seconds, WIDTH, HEIGHT)
        self.last_prompt = ""
        try:
            self.greeting = self._until(time.monotonic() + seconds, echoed=False)
        except BaseException:
            self.close()
            raise

    def ask(self, command: str, seconds: float) -> str:
        """What the device answers, without echo and prompt; ConnectionLost when it hangs up or stays silent."""
        until = time.monotonic() + seconds
        self._shell.send(f"{command}\n", until)
        return _without_echo(self._until(until), command)

    def close(self) -> None:
        """Hang up."""
        self._shell.close()

    def _until(self, until: float, echoed: bool = True) -> str:
        """Everything up to the next prompt, which is remembered and left out."""
        received, decoder = "", codecs.getincrementaldecoder("utf-8")("replace")
        while True:
            try:
                chunk = self._shell.receive(until)
            except TimeoutError as fault:
                raise ConnectionLost(self.host, "timeout", f"no prompt in time{_last(received, echoed)}") from fault
            if not chunk:
                raise ConnectionLost(self.host, "lost", f"the device hung up{_last(received, echoed)}")
            received = CONTROL.sub("", received + decoder.decode(chunk))
            if found := self._prompt.search(received[-400:]):
                self.last_prompt = found[1]
                return received[: len(received) - len(received[-400:]) + found.start()]


def _last(received: str, echoed: bool) -> str:
    """What a device said last, such as that it has no session left; never the echo of a line, which may be a secret."""
    said = (received.partition("\n")[2] if echoed else received).strip().splitlines()[-1:]
    return f"; last was {said[0].strip()!r}" if said else ""


def _without_echo(text: str, command: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and lines[0].strip().endswith(command.strip()):
        lines = lines[1:]
    return "\n".join(lines).strip("\n")


class Beginning(Protocol):
    """A session that was logged in; ``begin`` makes it able to change things, or says why it never will."""

    def begin(self) -> None:
        """The first lines; RefusedRequest for a device that could not take a change back."""

    def close(self) -> None:
        """Log out."""


def terminal(login: Login, prompt: str) -> Terminal:
    """A terminal; DeviceUnreachable also when the device takes the login and gives no session."""
    try:
        return Terminal(login.way, prompt, login.connect_seconds)
    except ConnectionLost as fault:
        why = f"no session was left, or none in time: {fault.text}"
        raise DeviceUnreachable(login.way.host, "connect", why) from fault


def begun[S: Beginning](
    make: Callable[[Terminal, Login, Platform], S], login: Login, platform: Platform, prompt: str
) -> S:
    """A session that has begun; see `terminal` for what hinders it."""
    return ready(make(terminal(login, prompt), login, platform))


def ready[S: Beginning](opened: S) -> S:
    """A session once it has begun; closed when it cannot."""
    try:
        opened.begin()
    except BaseException:
        opened.close()
        raise
    return opened
