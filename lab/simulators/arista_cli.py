"""The command line of a simulated Arista EOS."""

import re

from lab.simulators.arista_eos import AristaEos, Rejected
from lab.simulators.arista_shows import Shown, show
from lab.simulators.device import Cli, HangUp

SHORT = {
    "interface Ethernet": "if-Et",
    "interface Loopback": "if-Lo",
    "interface Vlan": "if-Vl",
    "router": "router-ospf",
}


class EosCli(Cli):
    """One login. ``do`` takes a line in either form of answer; ``enter`` is what a terminal sees."""

    def __init__(self, device: AristaEos, privileged: bool = False) -> None:
        self.device, self.privileged = device, privileged
        self.session: str | None = None
        self.configuring = False
        self.path: tuple[str, ...] = ()

    def prompt(self) -> str:
        if not self.configuring:
            return f"{self.device.hostname}{'#' if self.privileged else '>'}"
        place = f"-s-{self.session[:6]}" if self.session else ""
        if self.path:
            known = (short for start, short in SHORT.items() if self.path[-1].startswith(start))
            place += "-" + next(known, self.path[-1].split()[0])
        return f"{self.device.hostname}(config{place})#"

    def interrupt(self) -> str:
        self._leave()
        return ""

    def enter(self, line: str) -> str:
        try:
            command, _, pipe = line.partition(" | ")
            shown = self.do(command.strip())
            if pipe.strip() == "json":
                return shown.json()
            return _piped(shown.text, pipe.strip())
        except Rejected as refusal:
            return f"{refusal}\n"

    def do(self, line: str) -> Shown:
        """Take a line; Rejected carries what the device says against it."""
        if not line or line.startswith("!"):
            return Shown()
        if self.configuring:
            return self._configured(line)
        return self._executed(line)

    def _executed(self, line: str) -> Shown:
        words = line.split()
        if words[0] in ("exit", "quit", "logout"):
            raise HangUp("")
        if words[0] == "enable":
            self.privileged = True
            return Shown("", {})
        if line.startswith("terminal width"):
            return Shown(f"Width set to {words[-1]} columns.\n", {})
        if line.startswith("terminal length"):
            return Shown("Pagination disabled.\n", {})
        if line.startswith("show version"):
            return show(self.device, line, None)
        if not self.privileged:
            raise Rejected("% Invalid input (privileged mode required)")
        if words[0] == "show":
            return show(self.device, line, None)
        if words[0] in ("configure", "conf"):
            return self._configure(words[1:])
        return self._files(line, words)

    def _configure(self, words: list[str]) -> Shown:
        device = self.device
        match words:
            case [] | ["terminal" | "t"]:
                self.configuring, self.session = True, None
            case ["session", name]:
                device.open_session(name)
                self.configuring, self.session = True, name
            case ["session", name, "commit"]:
                device.commit(name)
            case ["session", name, "commit", "timer", clock]:
                device.commit(name, _seconds(clock))
            case ["session", name, "abort"]:
                device.abort(name)
            case ["checkpoint", "save", name]:
                device.checkpoint(name)
            case ["checkpoint", "restore", name] if name in device.flash.checkpoints:
                device.replace(device.flash.checkpoints[name])
            case ["replace", place] if (text := self._read(place)) is not None:
                device.replace(text)
            case _:
                raise Rejected("% Invalid input (at token 1)")
        return Shown("", {})

    def _files(self, line: str, words: list[str]) -> Shown:
        device = self.device
        match words:
            case ["write", *_] | ["copy", "running-config", "startup-config"]:
                device.save()
                return Shown("Copy completed successfully.\n", {"messages": ["Copy completed successfully."]})
            case ["copy", source, target] if target.startswith("flash:") and (text := self._read(source)) is not None:
                device.write(f"copying {source} to {target}")
                device.flash.files[target.removeprefix("flash:").lstrip("/")] = text.encode()
                return Shown("Copy completed successfully.\n", {"messages": ["Copy completed successfully."]})
            case ["delete", place] if place.startswith("checkpoint:"):
                device.flash.checkpoints.pop(place.removeprefix("checkpoint:"), None)
                return Shown("", {})
            case ["delete", place] if place.startswith("flash:"):
                device.flash.files.pop(place.removeprefix("flash:"), None)
                return Shown("", {})
            case ["dir", *_]:
                return Shown("".join(f"-rwx {len(text):>8} {name}\n" for name, text in device.flash.files.items()), {})
        raise Rejected("% Invalid input (at token 0)" if line else "")

    def _read(self, place: str) -> str | None:
        if place in ("running-config", "startup-config"):
            return self.device.running() if place[0] == "r" else self.device.flash.startup
        found = self.device.flash.files.get(place.removeprefix("flash:").lstrip("/"))
        return found.decode() if found is not None else None

    def _configured(self, line: str) -> Shown:
        faults = self.device.faults
        if faults.reboot_on_line and re.search(faults.reboot_on_line, line):
            self.device.reboot()
            raise HangUp("")
        shown = self._taken(line)
        if faults.drop_after is not None:
            faults.drop_after -= 1
            if faults.drop_after <= 0:
                faults.drop_after = None
                raise HangUp("")
        return shown

    def _taken(self, line: str) -> Shown:
        device, words = self.device, line.split()
        if words[0] == "show":
            return show(device, line, self.session)
        if words[0] == "exit":
            if self.path:
                self.path = self.path[:-1]
            else:
                self._leave()
        elif words[0] == "end":
            self._leave()
        elif self.session is not None and words[0] in ("commit", "abort", "rollback"):
            self._ended(self.session, words)
        else:
            tree = device.open_session(self.session).tree if self.session else device.tree
            self.path = device.configure(tree, self.path, line)
        return Shown("", {})

    def _ended(self, session: str, words: list[str]) -> None:
        device = self.device
        match words:
            case ["commit"]:
                device.commit(session)
            case ["commit", "timer", clock]:
                device.commit(session, _seconds(clock))
            case ["abort"]:
                device.abort(session)
            case ["rollback", "clean-config"]:
                device.open_session(session).tree.below.clear()
                device.with_ports(device.open_session(session).tree)
                self.path = ()
                return
            case _:
                raise Rejected("% Invalid input (at token 1)")
        self._leave()

    def _leave(self) -> None:
        self.configuring, self.session, self.path = False, None, ()


def _seconds(clock: str) -> float:
    found = re.fullmatch(r"(\d\d):(\d\d):(\d\d)", clock)
    if found is None or clock == "00:00:00":
        raise Rejected("% Invalid input (at token 2)")
    hours, minutes, seconds = map(int, found.groups())
    return hours * 3600 + minutes * 60 + seconds


def _piped(text: str, pipe: str) -> str:
    if not pipe:
        return text
    word, _, pattern = pipe.partition(" ")
    if word in ("include", "grep", "inc"):
        return "".join(f"{line}\n" for line in text.splitlines() if re.search(pattern, line))
    raise Rejected("% Invalid input (at token 2)")
