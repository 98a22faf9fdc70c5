"""Files of a simulated Cisco IOS: what its command line does with them, and its TCL shell that writes them."""

import hashlib
import re
from collections.abc import Callable

from lab.simulators.cisco_ios import FLASH_OCTETS, CiscoIos, Rejected
from lab.simulators.cisco_ios_lines import INVALID, load
from lab.simulators.files import plain

Ask = Callable[[str, Callable[[str], str]], str]
OPEN = re.compile(r'puts \[open "([^"]+)" w\+\] \{(.*)$')


def command(device: CiscoIos, words: list[str], ask: Ask) -> str:
    """Answer a command about files."""
    match words:
        case ["dir", *place]:
            return _listed(device, place[0] if place else "flash:/")
        case ["more", place]:
            return _read(device, place)
        case ["verify", "/md5", place]:
            digest = hashlib.md5(_read(device, place).encode(), usedforsecurity=False).hexdigest()
            return f".Done!\nverify /md5 ({place}) = {digest}\n"
        case ["delete" | "del", *options, place]:
            return _delete(device, place, options, ask)
        case ["copy", source, target]:
            return _copy(device, source, target, ask)
    return INVALID


def _listed(device: CiscoIos, place: str) -> str:
    assert device.files is not None
    name = plain(place)
    if name and name not in device.files:
        return f"%Error opening {place} (No such file or directory)\n"
    shown = {n: c for n, c in device.files.items() if not name or n == name}
    rows = "".join(
        f"{i:5}  -rw-  {len(c):>16}  Nov 1 2026 00:00:00 +00:00  {n}\n" for i, (n, c) in enumerate(shown.items())
    )
    free = 0 if device.faults.disk_full else FLASH_OCTETS - sum(map(len, device.files.values()))
    head = place if name else "flash:/"
    return f"Directory of {head}\n\n{rows}\n{FLASH_OCTETS} bytes total ({free} bytes free)\n"


def _read(device: CiscoIos, place: str) -> str:
    text = device.file(place)
    if text is None:
        raise Rejected(f"%Error opening {place} (No such file or directory)")
    return text


def _delete(device: CiscoIos, place: str, options: list[str], ask: Ask) -> str:
    def delete(_: str) -> str:
        assert device.files is not None
        if device.files.pop(plain(place), None) is None:
            return f"%Error deleting {place} (No such file or directory)\n"
        return ""

    if "/force" in options or "file prompt quiet" in device.tree.below:
        return delete("")
    return ask(f"Delete {place}? [confirm]", delete)


def _copy(device: CiscoIos, source: str, target: str, ask: Ask) -> str:
    if source == "null:":
        source, text = "null:", ""
    else:
        text = _read(device, source)
    name = plain(target)

    def copy(_: str) -> str:
        if name == "running-config":
            return "".join(load(device.tree, text)) + f"{len(text)} bytes copied in 0.057 secs\n"
        if name == "startup-config":
            device.save()
            return "Building configuration...\n[OK]\n"
        device.store(name, text)
        return f"{len(text)} bytes copied in 0.057 secs\n"

    if "file prompt quiet" in device.tree.below:
        return copy("")
    return ask(f"Destination filename [{name}]? ", copy)


class Script:
    """The TCL shell, as far as files are written with it: a file appears when the shell is left."""

    def __init__(self, device: CiscoIos) -> None:
        self._device = device
        self._name: str | None = None
        self._text: list[str] = []
        self._written: dict[str, str] = {}
        self.over = False

    def prompt(self, hostname: str) -> str:
        """What is asked for within the shell."""
        return "+>" if self._name is not None else f"{hostname}(tcl)#"

    def enter(self, line: str) -> str:
        """Take a line; one that is a command of the device is given back."""
        if self._name is not None:
            self._text.append(line.rstrip().removesuffix("}"))
            if line.rstrip().endswith("}"):
                self._written[self._name] = "\n".join(self._text) + "\n"
                self._name = None
            return ""
        if line.strip() in ("tclquit", "exit"):
            self.over = True
            for name, text in self._written.items():
                self._device.store(plain(name), text)
            return ""
        if found := OPEN.match(line.strip()):
            self._name, self._text = found[1], [found[2]]
            return ""
        return line.strip()
