"""The terminal of one login: echo and line editing as devices do it, slow answers, prompts that lack their end."""

import asyncio
import logging
from collections.abc import Callable

from lab.simulators.device import Cli, HangUp, Simulated

ENDS = "\r\n"
ERASE = "\b \b"
LOG = logging.getLogger(__name__)


class Console:
    """Takes what is typed and writes what the screen shows; ``hang_up`` ends the session."""

    def __init__(self, device: Simulated, cli: Cli, write: Callable[[str], None], hang_up: Callable[[], None]) -> None:
        self._device, self._cli, self._write, self._hang_up = device, cli, write, hang_up
        self._line = ""
        self._waiting = ""
        self._busy = self._after_return = self._over = False

    def start(self) -> None:
        """Greet and prompt."""
        self._say(self._cli.greeting() + self._prompt())

    def feed(self, text: str) -> None:
        """Characters typed; those typed while an answer is awaited are taken afterwards."""
        self._waiting += text
        while self._waiting and not self._busy and not self._over:
            typed, self._waiting = self._waiting, ""
            self._take(typed)

    def end(self) -> None:
        """The session is over."""
        if not self._over:
            self._over = True
            self._cli.hung_up()

    def _take(self, typed: str) -> None:
        shown: list[str] = []
        for place, char in enumerate(typed):
            newline_of_return = char == "\n" and self._after_return
            self._after_return = char == "\r"
            if newline_of_return:
                continue
            if char in ENDS:
                self._say("".join(shown) + "\n")
                self._waiting = typed[place + 1 :]
                self._entered()
                return
            shown.append(self._edit(char))
        self._say("".join(shown))

    def _edit(self, char: str) -> str:
        """What the screen shows for a character within a line."""
        hidden = self._cli.hides_input
        if char in "\x03\x1a":
            self._line = ""
            return ("^C" if char == "\x03" else "^Z") + "\n" + self._cli.interrupt() + self._prompt()
        if char in "\x08\x7f":
            gone = bool(self._line)
            self._line = self._line[:-1]
            return ERASE if gone and not hidden else ""
        if char in "\x15\x18":
            length, self._line = len(self._line), ""
            return "" if hidden else ERASE * length
        if char < " " and char != "\t":
            return ""
        self._line += char
        return "" if hidden else char

    def _entered(self) -> None:
        line, self._line = self._line, ""
        if self._device.faults.slow_seconds:
            self._busy = True
            asyncio.get_running_loop().call_later(self._device.faults.slow_seconds, self._late, line)
        else:
            self._answer(line)

    def _late(self, line: str) -> None:
        self._busy = False
        if not self._over:
            self._answer(line)
            self.feed("")

    def _answer(self, line: str) -> None:
        try:
            answer = self._cli.enter(line)
        except HangUp as last_words:
            self._say(str(last_words))
            self._hang_up()
            self.end()
            return
        except Exception:
            LOG.exception("%s failed on %r", self._device.name, line)
            self._hang_up()
            self.end()
            return
        if answer and not answer.endswith("\n"):
            answer += "\n"
        self._say(answer + self._prompt())

    def _prompt(self) -> str:
        prompt = self._cli.prompt()
        if self._device.faults.wrong_prompt and not self._cli.hides_input:
            return prompt.rstrip()[:-1] + "~"
        return prompt

    def _say(self, text: str) -> None:
        if text:
            self._write(text.replace("\r\n", "\n").replace("\n", "\r\n"))
