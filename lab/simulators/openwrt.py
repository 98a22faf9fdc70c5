"""A simulated OpenWrt: files, UCI, `rpcd` with its timer, and a shell over them."""

import errno
import hashlib
import json
import re
from typing import ClassVar

from lab.simulators.clock import Clock
from lab.simulators.device import Cli, HangUp, Ran, Simulated
from lab.simulators.openwrt_rpcd import Rpcd, UbusError, said
from lab.simulators.openwrt_shell import Program, Shell
from lab.simulators.openwrt_uci import CONFIG, Read, Uci, UciError, by_package, parsed, printed, uci

DEFAULTS = "/etc/uci-defaults"
VOLATILE = ("/tmp/", "/var/")
RELEASE = "OpenWrt 24.10.1, r28597-0425664679"
CHANGES = re.compile(r"uci (?:-\S+ (?:/\S+ )?)*(set|add_list|del_list|delete|reorder|import)\b|ubus call uci apply")


class Down(EOFError):
    """The device went away in the middle of a command."""


class OpenWrt(Simulated):
    """``startup`` is a text as `uci export` prints it."""

    platform: ClassVar[str] = "openwrt"
    full_words: ClassVar[str] = ""

    def __init__(self, name: str, startup: str, clock: Clock) -> None:
        self.disk: dict[str, str] = {}
        self._read: Read = {}
        self.boots, self._since = 0, clock.now()
        super().__init__(name, startup, clock)

    def boot(self, startup: str) -> None:
        """A device with these packages and those every OpenWrt has."""
        packages = {"dropbear": "config dropbear 'main'\n\toption Port '22'\n", "rpcd": ""} | by_package(startup)
        self.disk = {f"{CONFIG}/{name}": printed(parsed(text)) for name, text in packages.items()}
        self.rpcd = Rpcd(self)
        self._hostname()

    def cli(self) -> "Login":
        return Login(self)

    def running(self) -> str:
        tool = self.uci(CONFIG, "/nowhere")
        return "".join(tool.export(tool.packages()))

    def reboot(self) -> None:
        """What is in memory is gone, also what `rpcd` needs to take a change back; then `/etc/uci-defaults` runs."""
        self.boots += 1
        self.rpcd.stop()
        self.disk = {path: text for path, text in self.disk.items() if not path.startswith(VOLATILE)}
        self.rpcd = Rpcd(self)
        self._since = self.clock.now()
        for path in sorted(path for path in self.disk if path.startswith(f"{DEFAULTS}/")):
            status, _, _ = self.shell().run(self.disk[path])
            if status == 0:
                self.disk.pop(path, None)
        self._hostname()

    def run(self, command: str, stdin: bytes) -> Ran:
        return Ran(*self.shell().run(command, stdin.decode(errors="replace")))

    def takes_input(self, command: str) -> bool:
        return re.match(r"(sh|cat *>|uci.* import)", command) is not None

    def uci(self, config: str, saved: str) -> Uci:
        return Uci(self.disk, self.write, config, saved, self._read)

    def write(self, path: str, text: str) -> None:
        """Write a file; OSError when the flash is full."""
        if self.faults.disk_full and not path.startswith(VOLATILE):
            raise OSError(errno.ENOSPC, f"write error: {path}: No space left on device")
        self.disk[path] = text

    def shell(self) -> Shell:
        """A shell with the programs there are."""
        programs: dict[str, Program] = {
            name.removeprefix("_run_"): getattr(self, name) for name in dir(self) if name.startswith("_run_")
        }
        programs["["] = self._run_test
        return Shell(programs, self.disk, self.write)

    def _hostname(self) -> None:
        try:
            name = self.uci(CONFIG, "/nowhere").get("system.@system[0].hostname")
        except UciError:
            name = "OpenWrt"
        self.hostname = name

    def _strikes(self, words: str) -> None:
        """Faults to order, on a line that changes the configuration."""
        faults = self.faults
        if faults.drop_after is not None:
            if faults.drop_after == 0:
                faults.drop_after = None
                raise Down("the session is cut")
            faults.drop_after -= 1
        if faults.reject and re.search(faults.reject, words):
            raise UciError("uci: Invalid argument")

    def _restarts(self, words: str) -> None:
        if self.faults.reboot_on_line and re.search(self.faults.reboot_on_line, words):
            self.faults.reboot_on_line = None
            self.reboot()
            raise Down("the device restarts")

    def _run_uci(self, words: list[str], stdin: str) -> tuple[int, str, str]:
        line = " ".join(("uci", *words))
        try:
            if CHANGES.match(line):
                self._restarts(line)
                self._strikes(line)
            return 0, uci(self.uci, words, stdin, self.write), ""
        except UciError as fault:
            return 1, "", "" if "-q" in words else f"{fault}\n"

    def _run_ubus(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        words = [word for word in words if word != "-S"]
        if words[:1] == ["list"]:
            known = [path for path in ("session", "uci") if path in words[1:] or not words[1:]]
            return (
                (0 if known else 4),
                "".join(f"{path}\n" for path in known),
                "" if known else "Command failed: Not found\n",
            )
        if words[:1] != ["call"] or len(words) not in (3, 4):
            return 2, "", "Usage: ubus [<options>] <command> [arguments...]\n"
        try:
            given = json.loads(words[3]) if len(words) == 4 else {}
            answer = self.rpcd.call(words[1], words[2], given)
        except ValueError:
            return 2, "", "Failed to parse message data\n"
        except UbusError as refused:
            return refused.code, "", f"{refused}\n"
        self._hostname()
        self._restarts(f"ubus call {words[1]} {words[2]}")
        return 0, said(answer), ""

    def _run_sh(self, words: list[str], stdin: str) -> tuple[int, str, str]:
        flags = "".join(word for word in words if word.startswith("-"))
        return self.shell().run(stdin, trace="x" in flags, strict="e" in flags)

    def _run_cat(self, words: list[str], stdin: str) -> tuple[int, str, str]:
        if not words:
            return 0, stdin, ""
        output, missing = "", ""
        for path in words:
            if path == "/proc/uptime":
                output += f"{self.clock.now() - self._since:.2f} 0.00\n"
            elif path in self.disk:
                output += self.disk[path]
            else:
                missing += f"cat: can't open '{path}': No such file or directory\n"
        return int(bool(missing)), output, missing

    def _run_ls(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        folder = (words or ["/"])[-1].rstrip("/")
        names = sorted({path[len(folder) + 1 :].split("/")[0] for path in self.disk if path.startswith(f"{folder}/")})
        if not names:
            return 1, "", f"ls: {folder}: No such file or directory\n"
        return 0, "".join(f"{name}\n" for name in names), ""

    def _run_cp(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        *sources, target = [word for word in words if not word.startswith("-")]
        for source in sources:
            if source not in self.disk:
                return 1, "", f"cp: can't stat '{source}': No such file or directory\n"
            place = f"{target.rstrip('/')}/{source.rsplit('/', 1)[1]}" if target.endswith("/") else target
            self.write(place, self.disk[source])
        return 0, "", ""

    def _run_mv(self, words: list[str], stdin: str) -> tuple[int, str, str]:
        status, output, complaint = self._run_cp(words, stdin)
        if status == 0:
            self.disk.pop(words[-2], None)
        return status, output, complaint.replace("cp:", "mv:")

    def _run_rm(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        for word in words:
            for path in [p for p in self.disk if p == word or ("-rf" in words and p.startswith(f"{word}/"))]:
                del self.disk[path]
        return 0, "", ""

    def _run_touch(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        for word in words:
            self.write(word, self.disk.get(word, ""))
        return 0, "", ""

    def _run_echo(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        return 0, " ".join(words) + "\n", ""

    def _run_test(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        return (0 if words[:1] in (["-f"], ["-e"]) and words[1] in self.disk else 1), "", ""

    def _run_sha256sum(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        known = [word for word in words if word in self.disk]
        told = [f"{hashlib.sha256(self.disk[path].encode()).hexdigest()}  {path}\n" for path in known]
        return int(len(known) != len(words)), "".join(told), ""

    def _run_hostname(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        return 0, f"{self.hostname}\n", ""

    def _run_uname(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        return 0, f"Linux {self.hostname} 6.6.86 mips GNU/Linux\n" if "-a" in words else "Linux\n", ""

    def _nothing(self, words: list[str], stdin: str) -> tuple[int, str, str]:  # noqa: ARG002
        return 0, "", ""

    _run_mkdir = _run_sync = _run_true = _run_reload_config = _nothing


class Login(Cli):
    """A shell at a prompt."""

    def __init__(self, device: OpenWrt) -> None:
        self._device, self._boots = device, device.boots

    def prompt(self) -> str:
        return f"root@{self._device.hostname}:~# "

    def greeting(self) -> str:
        return f"\n\nBusyBox v1.36.1 (2025-04-13 16:38:32 UTC) built-in shell (ash)\n\n {RELEASE}\n\n"

    def enter(self, line: str) -> str:
        if line.strip() in ("exit", "logout") or self._boots != self._device.boots:
            raise HangUp("")
        if line.strip() == "reboot":
            self._device.reboot()
            raise HangUp("")
        try:
            _, output, complaint = self._device.shell().run(line)
        except Down:
            raise HangUp("") from None
        return output + complaint
