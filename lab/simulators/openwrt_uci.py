"""UCI as the simulated OpenWrt keeps it: packages are files, changes wait beside them until they are committed."""

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

CONFIG, SAVED = "/etc/config", "/tmp/.uci"
NOT_FOUND, INVALID = "uci: Entry not found", "uci: Invalid argument"
NAME = re.compile(r"[A-Za-z0-9_]+")


Read = dict[tuple[str, str, str], tuple[str, int, list["Section"]]]
"""What was read lately, by folders and package: the file, how many changes were made to it, and what came of it."""


class UciError(Exception):
    """What `uci` complains about."""


@dataclass
class Section:
    """A section; an anonymous one has no name."""

    kind: str
    name: str
    options: dict[str, str | list[str]] = field(default_factory=dict)


def parsed(text: str) -> list[Section]:
    """Sections of a package's file."""
    found: list[Section] = []
    for number, line in enumerate(text.splitlines(), 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as fault:
            raise UciError(f"uci: Parse error ({fault}) at line {number}, byte 0") from fault
        if not words or words[0] == "package":
            continue
        if words[0] == "config" and len(words) in (2, 3):
            found.append(Section(words[1], words[2] if len(words) == 3 else ""))
        elif words[0] == "option" and len(words) == 3 and found:
            found[-1].options[words[1]] = words[2]
        elif words[0] == "list" and len(words) == 3 and found:
            held = found[-1].options.setdefault(words[1], [])
            if isinstance(held, list):
                held.append(words[2])
        else:
            raise UciError(f"uci: Parse error (invalid command) at line {number}, byte 0")
    return found


def printed(sections: list[Section]) -> str:
    """A package's file."""
    lines = []
    for section in sections:
        lines.append(f"\nconfig {section.kind}" + (f" {_quoted(section.name)}" if section.name else ""))
        for key, value in section.options.items():
            several = value if isinstance(value, list) else [value]
            word = "list" if isinstance(value, list) else "option"
            lines += [f"\t{word} {key} {_quoted(one)}" for one in several]
    return "".join(f"{line}\n" for line in lines)


def by_package(text: str) -> dict[str, str]:
    """The files of an export."""
    found: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith("package "):
            name = line.split()[1].strip("'\"")
            found[name] = ""
        elif name:
            found[name] += f"{line}\n"
    return found


class Uci:
    """The tool for one call: files below ``config``, changes below ``saved``."""

    def __init__(
        self, disk: dict[str, str], write: Callable[[str, str], None], config: str, saved: str, read: Read
    ) -> None:
        self._disk, self._write, self._config, self._saved = disk, write, config, saved
        self._read = read

    def packages(self) -> list[str]:
        """Names of all packages."""
        return sorted(path.rsplit("/", 1)[1] for path in self._disk if path.rsplit("/", 1)[0] == self._config)

    def load(self, package: str) -> list[Section]:
        """A package with the changes that wait."""
        if f"{self._config}/{package}" not in self._disk:
            raise UciError(NOT_FOUND)
        text, waiting = self._disk[f"{self._config}/{package}"], self.changes(package)
        key = self._config, self._saved, package
        known, count, sections = self._read.get(key, ("", 0, []))
        if known != text or count > len(waiting):
            count, sections = 0, parsed(text)
        for line in waiting[count:]:
            apply(sections, line)
        self._read[key] = text, len(waiting), sections
        return sections

    def changes(self, package: str) -> list[str]:
        """Changes that wait, one a line."""
        return self._disk.get(f"{self._saved}/{package}", "").splitlines()

    def change(self, line: str) -> None:
        """Let a change wait; UciError when it cannot be made."""
        package = re.split(r"[.=]", line.lstrip("-|~^+"), maxsplit=1)[0]
        sections = self.load(package)
        apply(sections, line)
        key = self._config, self._saved, package
        self._read[key] = self._read[key][0], self._read[key][1] + 1, sections
        self._write(f"{self._saved}/{package}", self._disk.get(f"{self._saved}/{package}", "") + f"{line}\n")

    def commit(self, package: str) -> None:
        """Write waiting changes to the package's file."""
        if self.changes(package):
            self._write(f"{self._config}/{package}", printed(self.load(package)))
            self.revert(package)

    def revert(self, package: str) -> None:
        """Drop waiting changes."""
        self._disk.pop(f"{self._saved}/{package}", None)
        self._read.pop((self._config, self._saved, package), None)

    def export(self, packages: list[str]) -> Iterator[str]:
        """Packages in the form of their files."""
        for package in packages:
            yield f"package {package}\n{printed(self.load(package))}\n"

    def show(self, package: str) -> Iterator[str]:
        """A package as one line for each section and option."""
        counts: dict[str, int] = {}
        for section in self.load(package):
            number = counts[section.kind] = counts.get(section.kind, -1) + 1
            place = f"{package}.{section.name or f'@{section.kind}[{number}]'}"
            yield f"{place}={section.kind}"
            for key, value in section.options.items():
                several = value if isinstance(value, list) else [value]
                yield f"{place}.{key}={' '.join(_quoted(one) for one in several)}"

    def get(self, key: str) -> str:
        """A section's type or an option's value."""
        package, _, rest = key.partition(".")
        place, _, option = rest.partition(".")
        section = found(self.load(package), place)
        if section is None or (option and option not in section.options):
            raise UciError(NOT_FOUND)
        value = section.options[option] if option else section.kind
        return " ".join(value) if isinstance(value, list) else value


def apply(sections: list[Section], line: str) -> None:
    """A change as UCI writes it down: ``key='value'``, ``-key``, ``|key='value'`` for lists, ``^section='3'``."""
    sign, rest = (line[0], line[1:]) if line[0] in "-|~^" else ("", line)
    key, given, value = rest.partition("=")
    value = value[1:-1].replace("'\\''", "'")
    _, _, place = key.partition(".")
    name, _, option = place.partition(".")
    section = found(sections, name)
    if sign == "" and given and not option:
        if not NAME.fullmatch(name) or not NAME.fullmatch(value.replace("-", "_")):
            raise UciError(INVALID)
        if section is None:
            sections.append(Section(value, name))
        else:
            section.kind = value
        return
    if section is None:
        raise UciError(NOT_FOUND)
    if option and not NAME.fullmatch(option):
        raise UciError(INVALID)
    _changed(sections, section, sign, option, value)


def _changed(sections: list[Section], section: Section, sign: str, option: str, value: str) -> None:
    if sign == "-" and not option:
        sections.remove(section)
    elif sign == "-":
        if option not in section.options:
            raise UciError(NOT_FOUND)
        del section.options[option]
    elif sign == "^":
        sections.remove(section)
        sections.insert(int(value), section)
    elif sign == "|":
        held = section.options.get(option, [])
        section.options[option] = [*(held if isinstance(held, list) else [held]), value]
    elif sign == "~":
        held = section.options.get(option, [])
        section.options[option] = [one for one in held if one != value] if isinstance(held, list) else held
    elif value == "":
        section.options.pop(option, None)
    else:
        section.options[option] = value


def found(sections: list[Section], place: str) -> Section | None:
    """A section by its name, or by its type and number."""
    if numbered := re.fullmatch(r"@([\w-]+)\[(-?\d+)\]", place):
        several = [section for section in sections if section.kind == numbered[1]]
        number = int(numbered[2])
        return several[number] if -len(several) <= number < len(several) else None
    return next((section for section in sections if section.name == place), None)


def _quoted(value: str) -> str:
    return "'" + value.replace("'", "'\\''") + "'"


def uci(tool: Callable[[str, str], Uci], words: list[str], stdin: str, write: Callable[[str, str], None]) -> str:
    """What the command prints; UciError when it fails."""
    config, saved, words = CONFIG, SAVED, list(words)
    while words and words[0].startswith("-"):
        flag = words.pop(0)
        if flag == "-c":
            config = words.pop(0)
        elif flag in ("-t", "-P"):
            saved = words.pop(0)
        elif flag not in ("-q", "-n", "-N", "-X"):
            raise UciError(f"uci: unrecognized option: {flag[1:]}")
    verb, *rest = words or [""]
    one = tool(config.rstrip("/"), saved.rstrip("/"))
    signs = {"set": "", "add_list": "|", "del_list": "~", "reorder": "^"}
    if verb in signs and len(rest) == 1 and "=" in rest[0]:
        key, _, value = rest[0].partition("=")
        one.change(f"{signs[verb]}{key}={_quoted(value)}")
    elif verb == "delete" and len(rest) == 1:
        one.change(f"-{rest[0]}")
    elif verb == "export":
        return "".join(one.export(rest or one.packages()))
    elif verb == "show":
        return "".join(f"{line}\n" for package in rest or one.packages() for line in one.show(package))
    elif verb == "get" and len(rest) == 1:
        return f"{one.get(rest[0])}\n"
    elif verb == "changes":
        return "".join(f"{line}\n" for package in rest or one.packages() for line in one.changes(package))
    elif verb in ("commit", "revert"):
        for package in rest or one.packages():
            one.commit(package) if verb == "commit" else one.revert(package)
    elif verb == "import":
        for package, text in by_package(stdin).items():
            write(f"{config}/{package}", printed(parsed(text)))
    else:
        raise UciError(INVALID)
    return ""
