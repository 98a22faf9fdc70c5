"""The command line of a simulated Cisco IOS."""

import re
from collections.abc import Callable

from lab.simulators import cisco_ios_files as files
from lab.simulators.cisco_ios import CiscoIos, Rejected
from lab.simulators.cisco_ios_grammar import prompted
from lab.simulators.cisco_ios_lines import INVALID, Lines, load
from lab.simulators.cisco_ios_shows import piped, show
from lab.simulators.device import Cli, HangUp
from lab.simulators.tree import Node

ENTERING = "Enter configuration commands, one per line.  End with CNTL/Z.\n"
DONE = "Total number of passes: 1\nRollback Done\n"
SAVED = "Building configuration...\n[OK]\n"


class IosCli(Cli):
    """One login."""

    def __init__(self, device: CiscoIos) -> None:
        self.device = device
        self.privileged = device.enable_secret is None
        self.lines: Lines | None = None
        self._asked: tuple[str, Callable[[str], str]] | None = None
        self._script: files.Script | None = None

    def prompt(self) -> str:
        if self._asked is not None:
            return self._asked[0]
        if self._script is not None:
            return self._script.prompt(self.device.hostname)
        if self.lines is None:
            return f"{self.device.hostname}{'#' if self.privileged else '>'}"
        place = f"-{prompted(self.lines.path[-1])}" if self.lines.path else ""
        return f"{self.device.hostname}(config{place})#"

    def greeting(self) -> str:
        return "\n"

    def interrupt(self) -> str:
        self.lines = self._asked = self._script = None
        return ""

    @property
    def hides_input(self) -> bool:
        return self._asked is not None and self._asked[0].startswith("Password")

    def enter(self, line: str) -> str:
        try:
            return self._entered(line)
        except Rejected as refusal:
            return f"{refusal}\n"

    def _entered(self, line: str) -> str:
        if self._asked is not None:
            _, then = self._asked
            self._asked = None
            return then(line)
        if self._script is not None:
            return self._scripted(line)
        line = line.strip()
        if not line or line.startswith("!"):
            return ""
        return self._configured(line) if self.lines is not None else self._executed(line)

    def _executed(self, line: str) -> str:
        words = line.split()
        if words[0] in ("exit", "quit", "logout"):
            raise HangUp
        if words[0] in ("enable", "en"):
            return self._enable()
        if words[0] in ("terminal", "term"):
            return ""
        if words[0] in ("show", "sh"):
            command, _, pipe = line.partition("|")
            if not self.privileged and re.match(r"sh\w* (run|start|arch)", line):
                return INVALID
            return piped(show(self.device, command.strip(), self.privileged), pipe.strip())
        if not self.privileged:
            return INVALID
        if words[0].startswith("conf"):
            return self._configure(words[1:])
        if words[0] in ("write", "wr"):
            self.device.save()
            return SAVED
        if words[0] == "reload":
            return self._ask("Proceed with reload? [confirm]", self._reload)
        if words[0] == "tclsh":
            self._script = files.Script(self.device)
            return ""
        return files.command(self.device, words, self._ask)

    def _ask(self, question: str, then: Callable[[str], str]) -> str:
        self._asked = (question, then)
        return ""

    def _enable(self) -> str:
        def check(typed: str) -> str:
            self.privileged = typed == self.device.enable_secret
            return "" if self.privileged else "% Access denied\n"

        return "" if self.privileged else self._ask("Password: ", check)

    def _reload(self, _: str) -> str:
        self.device.reboot()
        raise HangUp

    def _configure(self, words: list[str]) -> str:
        device = self.device
        match words:
            case [] | ["terminal" | "t"]:
                self.lines = Lines(device.tree)
                return ENTERING
            case ["terminal" | "t", "revert", "timer", minutes] if minutes.isdigit():
                device.arm(int(minutes), device.tree.copy())
                self.lines = Lines(device.tree)
                return f"Rollback Confirmed Change: Backing up current running config to flash:sn-archive\n\n{ENTERING}"
            case ["confirm"]:
                if not device.faults.ignore_commit:
                    device.confirm()
                return ""
            case ["revert", "now"]:
                device.revert()
                return f"Rollback Confirmed Change: rolling to: flash:sn-archive\n\n{DONE}"
            case ["replace", place, *how]:
                return self._replace(place, " ".join(how))
        return INVALID

    def _replace(self, place: str, how: str) -> str:
        """Take a whole configuration from a file."""
        device = self.device
        text = device.file(place)
        if text is None:
            return f"%Error opening {place} (No such file or directory)\n"
        if not device.archives:
            return "%Please turn config archive on\n"
        before = device.tree.copy()
        wanted = device.read(text)
        scratch = Node()
        said = list(load(scratch, text))
        if said and "trigger error" in how:
            return "".join(said) + "\nRollback aborted; the original configuration has been successfully restored\n"
        if minutes := re.search(r"timer (\d+)", how):
            device.arm(int(minutes[1]), before)
        device.tree = wanted
        return f"\n{DONE}\n"

    def _configured(self, line: str) -> str:
        assert self.lines is not None
        if line == "end":
            self.lines = None
            return ""
        if line in ("exit", "quit"):
            if not self.lines.leave():
                self.lines = None
            return ""
        if line.startswith("do "):
            lines, self.lines = self.lines, None
            try:
                return self._executed(line.removeprefix("do "))
            finally:
                self.lines = lines
        return self._lined(line)

    def _lined(self, line: str) -> str:
        assert self.lines is not None
        faults = self.device.faults
        if faults.reboot_on_line and re.search(faults.reboot_on_line, line):
            self.device.reboot()
            raise HangUp
        if faults.reject and re.search(faults.reject, line):
            return INVALID
        heard = Lines(self.device.tree.copy() if faults.ignore_commit else self.device.tree, self.lines.path)
        heard.take(line)
        self.lines.path = heard.path
        if faults.drop_after is not None:
            faults.drop_after -= 1
            if faults.drop_after <= 0:
                faults.drop_after = None
                raise HangUp
        return ""

    def _scripted(self, line: str) -> str:
        assert self._script is not None
        command = self._script.enter(line)
        if self._script.over:
            self._script = None
        return self._executed(command) if command else ""
