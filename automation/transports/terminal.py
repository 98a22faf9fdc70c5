"""The command line of a device for changes: lock-step, each line answered before the next, nothing guessed by time.

What is sent is echoed by the device; an answer ends where the prompt stands alone at the end of what was received.
"""

import re
import time
from collections.abc import Callable, Iterable
from typing import Protocol

import paramiko  # type: ignore[import-untyped]

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.login import Login
from automation.transports.ssh import Target, log_in
from inventory.platforms import Platform

CHUNK = 65536
WIDTH, HEIGHT = 511, 1000
CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>78]|[\x00\x07\x08]")


class Terminal:
    """One login with a prompt. Not for several threads at once.

    ``prompt`` matches the prompt alone, as the whole last line, in every mode the session will enter.
    """

    def __init__(self, way: Target, prompt: str, seconds: float) -> None:
        self.host = way.host
        self._prompt = re.compile(rf"(?:^|[\r\n])({prompt})\s*$")
        self._client = log_in(way, seconds)
        self.last_prompt = ""
        try:
            self._channel = self._client.invoke_shell(width=WIDTH, height=HEIGHT)
            self.greeting = self._until(time.monotonic() + seconds, echoed=False)
        except (paramiko.SSHException, OSError, EOFError) as fault:
            self.close()
            raise ConnectionLost(self.host, "lost", str(fault) or type(fault).__name__) from fault
        except ConnectionLost:
            self.close()
            raise

    def ask(self, command: str, seconds: float) -> str:
        """What the device answers, without echo and prompt; ConnectionLost when it hangs up or stays silent."""
        until = time.monotonic() + seconds
        try:
            self._channel.settimeout(seconds)
            self._channel.sendall(command.encode() + b"\n")
        except (paramiko.SSHException, OSError, EOFError) as fault:
            raise ConnectionLost(self.host, "lost", str(fault) or type(fault).__name__) from fault
        return _without_echo(self._until(until), command)

    def enter(self, lines: Iterable[str], seconds: float) -> list[tuple[str, str]]:
        """Every line with its answer, each within ``seconds``."""
        return [(line, self.ask(line, seconds)) for line in lines]

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _until(self, until: float, echoed: bool = True) -> str:
        """Everything up to the next prompt, which is remembered and left out."""
        received = ""
        while True:
            left = until - time.monotonic()
            if left <= 0:
                raise ConnectionLost(self.host, "timeout", f"no prompt in time{_last(received, echoed)}")
            self._channel.settimeout(left)
            try:
                chunk = self._channel.recv(CHUNK)
            except TimeoutError:
                continue
            except (paramiko.SSHException, OSError, EOFError) as fault:
                raise ConnectionLost(self.host, "lost", str(fault) or type(fault).__name__) from fault
            if not chunk:
                raise ConnectionLost(self.host, "lost", f"the device hung up{_last(received, echoed)}")
            received = CONTROL.sub("", received + chunk.decode(errors="replace"))
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


class OnTerminal(Protocol):
    """A session on a command line; ``begin`` makes it able to change things, or says why it never will."""

    def begin(self) -> None:
        """The first lines; RefusedRequest for a device that could not take a change back."""

    def close(self) -> None:
        """Log out."""


def begun[S: OnTerminal](
    make: Callable[[Terminal, Login, Platform], S], login: Login, platform: Platform, prompt: str
) -> S:
    """A session that has begun; DeviceUnreachable also when the device takes the login and gives no session."""
    try:
        terminal = Terminal(login.way, prompt, login.connect_seconds)
    except ConnectionLost as fault:
        why = f"no session was left, or none in time: {fault.message}"
        raise DeviceUnreachable(login.way.host, "connect", why) from fault
    opened = make(terminal, login, platform)
    try:
        opened.begin()
    except BaseException:
        opened.close()
        raise
    return opened
