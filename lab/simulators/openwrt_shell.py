"""The shell of the simulated OpenWrt, as far as a controller needs one: words, quotes, `;`, `&&`, `||`, files."""

import shlex
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

Program = Callable[[list[str], str], tuple[int, str, str]]
"""Words and input → status, output, complaint."""


@dataclass
class Shell:
    """``programs`` by name; ``disk`` is what redirections and patterns look at."""

    programs: dict[str, Program]
    disk: dict[str, str]
    write: Callable[[str, str], None]

    def run(self, text: str, stdin: str = "", trace: bool = False, strict: bool = False) -> tuple[int, str, str]:
        """Status of the last command, everything printed, everything complained about."""
        status, output, complaint = 0, "", ""
        for line in text.splitlines():
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            if trace:
                complaint += f"+ {line.strip()}\n"
            status, said, complained = self._line(line, stdin)
            output, complaint = output + said, complaint + complained
            if status and strict:
                break
        return status, output, complaint

    def _line(self, line: str, stdin: str) -> tuple[int, str, str]:
        try:
            words = _words(line)
        except ValueError as fault:
            return 2, "", f"ash: syntax error: {fault}\n"
        status, output, complaint, joint = 0, "", "", ";"
        command: list[str] = []
        for word in (*words, ";"):
            if word not in (";", "&&", "||"):
                command.append(word)
                continue
            if command and (joint == ";" or (joint == "&&") == (status == 0)):
                status, said, complained = self._command(command, stdin)
                output, complaint = output + said, complaint + complained
            command, joint = [], word
        return status, output, complaint

    def _command(self, words: list[str], stdin: str) -> tuple[int, str, str]:
        words, target, appends, silent = _redirected(words)
        expanded = [one for word in words for one in self._expanded(word)]
        program = self.programs.get(expanded[0]) if expanded else None
        if program is None:
            return 127, "", f"ash: {expanded[0] if expanded else ''}: not found\n"
        try:
            status, output, complaint = program(expanded[1:], stdin)
            if target:
                self.write(target, self.disk.get(target, "") + output if appends else output)
                output = ""
        except OSError as fault:
            return 1, "", f"ash: {fault.strerror}\n"
        return status, output, "" if silent else complaint

    def _expanded(self, word: str) -> list[str]:
        if word.startswith("/") and "*" in word:
            depth = word.count("/")
            return sorted(p for p in self.disk if fnmatch(p, word) and p.count("/") == depth) or [word]
        return [word]


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";&|<>")
    lexer.whitespace_split = True
    lexer.commenters = ""
    return list(lexer)


def _redirected(words: list[str]) -> tuple[list[str], str, bool, bool]:
    """The command without redirections; where its output goes, whether to the end, whether complaints are dropped."""
    kept: list[str] = []
    target, appends, silent = "", False, False
    rest = iter(words)
    for word in rest:
        if word in (">", ">>", ">&"):
            errors = kept[-1:] == ["2"]
            if errors:
                kept.pop()
                silent = True
                next(rest, "")
                continue
            target, appends = next(rest, ""), word == ">>"
        else:
            kept.append(word)
    return kept, target, appends, silent
