"""The command line of a simulated Junos."""

import re

from lab.simulators.device import Cli, HangUp
from lab.simulators.juniper_junos import braces
from lab.simulators.juniper_junos.device import Editor, JuniperJunos
from lab.simulators.juniper_junos.shows import show
from lab.simulators.juniper_junos.tree import Config, Refused, quoted, words

USER = "silesianet"
UNSAVED = "The configuration has been changed but not committed\n"
EDITS = ("set", "delete", "insert", "activate", "deactivate", "rollback", "commit")


class JunosCli(Cli):
    """One login."""

    def __init__(self, device: JuniperJunos) -> None:
        self.device = device
        self.editor: Editor | None = None
        self.path: list[str] = []
        self.asking = ""

    def greeting(self) -> str:
        return f"--- JUNOS {self.device.version} Kernel 64-bit  JNPR-12.1\n"

    def prompt(self) -> str:
        if self.asking:
            return self.asking
        name = f"{USER}@{self.device.hostname}"
        if self.editor is None:
            return f"{name}> "
        waits = self.device.pending
        left = f"# commit confirmed will be rolled back in {self._minutes(waits.due)} minutes\n" if waits else ""
        where = "".join(f" {quoted(word)}" for word in self.path)
        return f"\n{left}[edit{where}]\n{name}# "

    def interrupt(self) -> str:
        return ""

    def hung_up(self) -> None:
        if self.editor is not None:
            self.device.close(self.editor)

    def enter(self, line: str) -> str:
        try:
            if self.asking:
                return self._answered(line.strip())
            command, *pipes = re.split(r"\s*\|\s*", line.strip())
            if not command:
                return ""
            shown = self._configured(line.strip(), command, pipes) if self.editor else self._executed(command, pipes)
            return _piped(shown, pipes)
        except Refused as refusal:
            return _complaint(len(self.prompt().rpartition("\n")[2]) + len(line), str(refusal))

    def _executed(self, command: str, pipes: list[str]) -> str:
        match words(command):
            case ["exit" | "quit"]:
                raise HangUp("")
            case ["configure" | "edit", *mode]:
                return self._configure(mode)
            case ["set", "cli", "screen-length" | "screen-width" as what, size]:
                return f"Screen {what[7:]} set to {size}\n"
            case ["set", "cli", "complete-on-space", "off"]:
                return "Disabling complete-on-space\n"
            case ["set", "cli", *_]:
                return ""
            case ["show", *rest]:
                return show(self.device, rest, pipes)
            case ["request", "system", "reboot", *_]:
                self.device.reboot()
                raise HangUp("*** System shutdown message from silesianet ***\n")
        raise Refused("unknown command.")

    def _configure(self, mode: list[str]) -> str:
        if mode not in ([], ["exclusive"], ["private"]):
            raise Refused("syntax error.")
        private = Config() if mode == ["private"] else None
        editor = Editor(USER, "cli", mode == ["exclusive"], private)
        said = self.device.open(editor)
        self.editor, self.path = editor, []
        return said

    def _configured(self, line: str, command: str, pipes: list[str]) -> str:
        faults = self.device.faults
        if faults.reboot_on_line and re.search(faults.reboot_on_line, line):
            self.device.reboot()
            raise HangUp("")
        if faults.reject and command.split()[0] in EDITS and re.search(faults.reject, line):
            raise Refused("syntax error.")
        shown = self._taken(command, pipes)
        if faults.drop_after is not None:
            faults.drop_after -= 1
            if faults.drop_after <= 0:
                faults.drop_after = None
                raise HangUp("")
        return shown

    def _taken(self, command: str, pipes: list[str]) -> str:
        assert self.editor is not None
        given = words(command)
        match given:
            case ["run", *rest]:
                return self._executed(" ".join(map(quoted, rest)), pipes)
            case ["show", *rest]:
                return self._shown([*self.path, *rest], pipes)
            case ["edit", *rest] if rest:
                self.path = [*self.path, *rest]
            case ["up"]:
                self.path = self.path[:-1]
            case ["top"]:
                self.path = []
            case ["exit" | "quit"] if self.path:
                self.path = []
            case ["exit" | "quit"] | ["exit" | "quit", "configuration-mode"]:
                return self._leave()
            case ["rollback", *number]:
                self._replace(self.device.earlier(int(number[0]) if number and number[0].isdigit() else 0))
                return "load complete\n"
            case ["commit", *options]:
                return self._commit(options)
            case [verb, *rest]:
                self.device.locked_by_other(self.editor)
                self.device.draft(self.editor).enter([verb, *self.path, *rest])
        return ""

    def _shown(self, path: list[str], pipes: list[str]) -> str:
        assert self.editor is not None
        draft = self.device.draft(self.editor)
        compare = next((pipe for pipe in pipes if pipe.startswith("compare")), None)
        if compare is not None:
            number = compare.rpartition("rollback ")[2]
            return braces.compared(self.device.earlier(int(number) if number.isdigit() else 0), draft)
        return displayed(draft, path, pipes)

    def _replace(self, config: Config) -> None:
        assert self.editor is not None
        self.device.locked_by_other(self.editor)
        if self.editor.config is not None:
            self.editor.config = config.copy()
        else:
            self.device.candidate = config.copy()

    def _commit(self, options: list[str]) -> str:
        assert self.editor is not None
        minutes, check, note, quits = None, False, "", False
        left = list(options)
        while left:
            word = left.pop(0)
            if word == "check":
                check = True
            elif word == "confirmed":
                minutes = int(left.pop(0)) if left and left[0].isdigit() else 10
            elif word == "comment" and left:
                note = left.pop(0)
            elif word == "and-quit":
                quits = True
            elif word != "synchronize":
                raise Refused("syntax error.")
        self.device.commit(self.editor, minutes, note, check)
        if check:
            return "configuration check succeeds\n"
        said = f"commit confirmed will be automatically rolled back in {minutes} minutes unless confirmed\n"
        return (said if minutes is not None else "") + "commit complete\n" + (self._leave() if quits else "")

    def _leave(self) -> str:
        assert self.editor is not None
        base = self.editor.base or self.device.active
        if self.device.draft(self.editor) != base:
            own = self.editor.exclusive or self.editor.config is not None
            self.asking = f"{'Discard' if own else 'Exit with'} uncommitted changes? [yes,no] (yes) "
            return UNSAVED
        return self._left()

    def _answered(self, answer: str) -> str:
        self.asking = ""
        return self._left() if answer in ("", "yes", "y") else ""

    def _left(self) -> str:
        assert self.editor is not None
        self.device.close(self.editor)
        self.editor, self.path = None, []
        return "Exiting configuration mode\n"

    def _minutes(self, due: float) -> int:
        return max(1, -int(-(due - self.device.clock.now()) // 60))


def displayed(config: Config, path: list[str], pipes: list[str]) -> str:
    """A configuration, or a part of it, in braces or as ``set`` lines."""
    if "display set" in pipes:
        start = f"set {' '.join(map(quoted, path))}".strip()
        return "".join(f"{line}\n" for line in config.lines() if not path or f"{line} ".startswith(f"{start} "))
    try:
        return braces.text(config, path)
    except Refused:
        return ""


def _piped(text: str, pipes: list[str]) -> str:
    for pipe in pipes:
        word, _, pattern = pipe.partition(" ")
        if word == "match":
            wanted = pattern.strip('"')
            text = "".join(f"{line}\n" for line in text.splitlines() if re.search(wanted, line))
        elif word == "count":
            text = f"Count: {len(text.splitlines())} lines\n"
        elif word not in ("no-more", "display", "compare", "except"):
            raise Refused("syntax error.")
    return text


def _complaint(column: int, text: str) -> str:
    if text in ("syntax error.", "unknown command.", "missing argument."):
        return f"{' ' * column}^\n{text}\n"
    if text == "statement not found":
        return "warning: statement not found\n"
    return f"{text}\n"
