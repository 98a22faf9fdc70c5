"""The command line of a simulated Huawei VRP."""

import re
from collections.abc import Callable
from fnmatch import fnmatch

from lab.simulators.device import Cli, HangUp
from lab.simulators.huawei_vrp import GRAMMAR, UNRECOGNIZED, HuaweiVrp, Rejected
from lab.simulators.tree import Node

CARET = " " * 14 + "^\n"
LEAVE = (
    "Warning: Uncommitted configurations found. Are you sure to commit them before exiting? [Y(yes)/N(no)/C(cancel)]:"
)
COMMIT = re.compile(
    r"commit(?: trial(?: (?P<seconds>\d+))?)?(?: persist (?P<persist>\S+))?(?: description (?P<text>.+))?$"
)


class VrpCli(Cli):
    """One login: the user view, and system view with a candidate of its own."""

    def __init__(self, device: HuaweiVrp) -> None:
        self.device = device
        self.system = False
        self.path: tuple[str, ...] = ()
        self.edits: list[tuple[tuple[str, ...], str]] = []
        self.candidate: Node | None = None
        self._question: tuple[str, Callable[[str], str]] | None = None

    def prompt(self) -> str:
        if self._question is not None:
            return self._question[0]
        name = self.device.hostname
        if not self.system:
            return f"<{name}>"
        sign = "" if self.device.generation == 5 else "*" if self.edits else "~"
        views = "".join(f"-{_view(section)}" for section in self.path)
        return f"[{sign}{name}{views}]"

    def enter(self, line: str) -> str:
        line = line.strip()
        if self._question is not None:
            _, answer = self._question
            self._question = None
            return self._said(lambda: answer(line))
        if not line or line.startswith(("#", "!")):
            return ""
        return self._said(lambda: self._configured(line) if self.system else self._user(line))

    def interrupt(self) -> str:
        self.path, self.system = (), False
        return ""

    def hung_up(self) -> None:
        trial = self.device.trial
        if trial is not None and trial.owner is self and trial.persist is None:
            self.device.take_back()

    def _said(self, work: Callable[[], str]) -> str:
        try:
            return work()
        except Rejected as refusal:
            return f"{CARET if '^' in str(refusal) else ''}{refusal}\n"

    def _ask(self, words: str, answer: Callable[[], str]) -> str:
        """Put a question; anything but yes leaves things as they are."""
        self._question = words, lambda said: answer() if said.lower() in ("y", "yes") else ""
        return ""

    def _user(self, line: str) -> str:
        device, words = self.device, line.split()
        if words[0] in ("quit", "exit"):
            raise HangUp("")
        if line.startswith(("screen-length", "screen-width", "terminal ")):
            return "Info: The configuration takes effect on the current user terminal interface only.\n"
        if words[0] == "system-view":
            self.system, self.path = True, ()
            return "Enter system view, return user view with return command.\n"
        if words[0] == "display":
            return self._display(line)
        if words[0] == "save":
            name = words[1] if len(words) > 1 else ""
            where = f"to {name}" if name else "to the device"
            return self._ask(
                f"Warning: The current configuration will be written {where}. Continue? [Y/N]:",
                lambda: self._saved(name),
            )
        if words[0] == "dir":
            return self._files(words[-1] if len(words) > 1 else "*")
        if words[0] == "delete":
            device.flash.files.pop(words[-1], None)
            return ""
        if line.startswith("rollback configuration ") and device.generation == 8:
            return self._rollback(words[2:])
        raise Rejected(UNRECOGNIZED)

    def _files(self, pattern: str) -> str:
        """Later files have later times, whatever the hour is."""
        rows = "".join(
            f"{n:>5}  -rw-  {len(text):>10}  Nov 28 2026 {n // 3600:02}:{n // 60 % 60:02}:{n % 60:02}   {name}\n"
            for n, (name, text) in enumerate(self.device.flash.files.items())
            if fnmatch(name, pattern)
        )
        return f"Directory of flash:/\n\n  Idx  Attr     Size(Byte)  Date        Time       FileName\n{rows}\n"

    def _saved(self, name: str) -> str:
        self.device.save(name)
        return "Now saving the current configuration to the slot 1 .\nInfo: Save the configuration successfully.\n"

    def _rollback(self, words: list[str]) -> str:
        device = self.device
        if device.trial is not None:
            raise Rejected("Error: The system is in trial configuration mode.")
        match words:
            case ["to", "file", name] if name in device.flash.files:
                text = device.flash.files[name].decode()
            case ["last", "1"] if device.flash.points:
                text = device.flash.points[-1].before
            case _:
                raise Rejected("Error: The file or rollback point does not exist.")

        def done() -> str:
            device.replace(text)
            return "Loading rollback changes\nCommitting\nConfiguration rollback succeeded.\n"

        return self._ask("Warning: This operation will revert configuration changes. Continue? [Y/N]:", done)

    def _display(self, line: str) -> str:
        command, _, pipe = (part.strip() for part in line.partition("|"))
        device, words = self.device, command.split()[1:]
        match words:
            case ["version"]:
                text = f"Huawei Versatile Routing Platform Software\nVRP (R) software, Version {device.version}\n"
            case ["current-configuration" | "this", *_]:
                text = device.running()
            case ["saved-configuration"]:
                text = device.flash.startup
            case ["configuration", "candidate", *_] if device.generation == 8:
                text = device.printed(self.candidate or device.tree)
            case ["configuration", "trial", "status"] if device.generation == 8:
                text = self._trial()
            case ["configuration", "commit", "list", *rest] if device.generation == 8:
                text = self._points("verbose" in rest)
            case ["ospf", "peer", *_]:
                rows = "".join(
                    f" 0.0.0.0         {port:<24}{id_:<17}Full\n" for port, id_ in device.neighbours().items()
                )
                text = f" Area Id         Interface               Neighbor id      State\n{rows}"
            case _:
                raise Rejected(UNRECOGNIZED)
        if pipe.startswith("include "):
            pattern = pipe.removeprefix("include ").strip()
            return "".join(f"{row}\n" for row in text.splitlines() if re.search(pattern, row))
        return text

    def _trial(self) -> str:
        trial = self.device.trial
        if trial is None:
            return "Trial status: INACTIVE\nTrial time left (sec): 0\n"
        persist = f"Persist id: {trial.persist}\n" if trial.persist else ""
        return f"Trial status: ACTIVE\n{persist}Trial time left (sec): {int(trial.due - self.device.clock.now())}\n"

    def _points(self, verbose: bool) -> str:
        points = list(reversed(self.device.flash.points))
        if not verbose:
            return "No.  CommitId    Label  User\n" + "".join(
                f"{n}  {p.id}  -  silesianet\n" for n, p in enumerate(points, 1)
            )
        return "".join(
            f"{n}) CommitId: {p.id}\n        Label: -\n        User: silesianet\n        User-Intf: VTY 0\n"
            f"        Type: CLI\n        TimeStamp: 2026-11-28 20:00:00\n        Description: {p.description}\n\n"
            for n, p in enumerate(points, 1)
        )

    def _configured(self, line: str) -> str:
        faults = self.device.faults
        if faults.reboot_on_line and re.search(faults.reboot_on_line, line):
            self.device.reboot()
            raise HangUp("")
        try:
            return self._taken(line)
        finally:
            self._maybe_dropped()

    def _maybe_dropped(self) -> None:
        faults = self.device.faults
        if faults.drop_after is not None:
            faults.drop_after -= 1
            if faults.drop_after <= 0:
                faults.drop_after = None
                raise HangUp("")

    def _taken(self, line: str) -> str:
        device, words = self.device, line.split()
        two_stage = device.generation == 8
        if words[0] == "display":
            return self._display(line)
        if words[0] in ("quit", "return"):
            return self._left(words[0])
        if words[0] == "commit" and two_stage:
            return self._commit(line)
        if words[:2] == ["abort", "trial"] and two_stage:
            return self._abort(words[3] if words[2:3] == ["persist"] else None)
        if line == "clear configuration candidate" and two_stage:
            self.candidate, self.edits, self.path = None, [], ()
            return ""
        tree = self._edited() if two_stage else device.tree
        path, known = self.path, line in tree.at(self.path).below
        self.path = device.configure(tree, path, line)
        if two_stage and not (known and self.path != path):
            self.edits.append((path, line))
        return ""

    def _edited(self) -> Node:
        if self.candidate is None:
            self.candidate = self.device.tree.copy()
        return self.candidate

    def _left(self, word: str) -> str:
        if word == "quit" and self.path:
            self.path = self.path[:-1]
            return ""

        def leave() -> str:
            self.system, self.path = False, ()
            self.candidate, self.edits = None, []
            return ""

        def answered(said: str) -> str:
            if said.lower() in ("c", "cancel"):
                return ""
            if said.lower() in ("y", "yes"):
                self._commit("commit")
            return leave()

        if self.edits:
            self._question = LEAVE, answered
            return ""
        return leave()

    def _commit(self, line: str) -> str:
        device, found = self.device, COMMIT.match(line)
        if found is None:
            raise Rejected(UNRECOGNIZED)
        trial, persist = device.trial, found["persist"]
        if trial is not None:
            if trial.persist != persist or "trial" in line or (persist is None and trial.owner is not self):
                raise Rejected(
                    "Error: The system is in trial configuration mode. The configuration cannot be committed."
                )
            device.confirm()
        elif persist is not None and "trial" not in line:
            raise Rejected("Error: The persist ID does not exist.")
        elif self.edits:
            self._run(line, found)
        self.candidate, self.edits = None, []
        if "trial" in line:
            return "Info: The system enters the trial configuration mode.\n"
        return ""

    def _run(self, line: str, found: re.Match[str]) -> None:
        device = self.device
        tree = device.tree.copy()
        for path, edit in self.edits:
            device.configure(tree, path, edit)
        kept = None
        if "trial" in line:
            seconds = int(found["seconds"] or 600)
            if not 60 <= seconds <= 65535:
                raise Rejected("Error: Wrong parameter found at '^' position.")
            kept = float(seconds), found["persist"], self
        device.commit(tree, found["text"] or "", kept)

    def _abort(self, persist: str | None) -> str:
        trial = self.device.trial
        if trial is None or trial.persist != persist:
            raise Rejected("Error: The configuration is not in the trial state or the persist ID is wrong.")

        def done() -> str:
            self.device.take_back()
            return "Info: The trial configuration rollback succeeded.\n"

        return self._ask("Warning: The trial configuration will be rolled back. Continue? [Y/N]:", done)


def _view(section: str) -> str:
    words = section.split()
    if words[0] == "interface":
        return words[1]
    if words[0] == "acl":
        return f"acl{'6' if 'ipv6' in words else '4'}-advance-{words[-1]}"
    return "-".join(words) if GRAMMAR.sections.match(section) else words[0]
