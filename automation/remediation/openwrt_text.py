"""UCI configuration as values: read from `uci export` or from what we rendered, written in one canonical form.

Only in the firewall does the order of sections count; elsewhere they are sorted. Options are sorted, lists are not.
"""

import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

ORDERED = frozenset({"firewall"})

Value = str | tuple[str, ...]
"""An option's text or a list."""


@dataclass(frozen=True)
class Section:
    """A section; one without a name is called by its type and number (``@rule[0]``), as `uci` does."""

    package: str
    kind: str
    name: str
    options: tuple[tuple[str, Value], ...] = ()

    @property
    def place(self) -> str:
        """How `uci` names it."""
        return f"{self.package}.{self.name}"

    def shown(self) -> str:
        """Its first line as `uci show` prints it."""
        return f"{self.place}={self.kind}"


def parse(text: str) -> Iterator[Section]:
    """Sections in the order of the text."""
    package, kind, name = "", "", ""
    options: dict[str, Value] = {}
    counts: dict[tuple[str, str], int] = {}
    for line in (*text.splitlines(), "package"):
        words = shlex.split(line)
        if words and words[0] in ("package", "config"):
            if kind:
                yield Section(package, kind, name, tuple(options.items()))
            kind, options = "", {}
        match words:
            case ["package", package]:
                counts = {}
            case ["config", kind, *rest]:
                number = counts[package, kind] = counts.get((package, kind), -1) + 1
                name = rest[0] if rest else f"@{kind}[{number}]"
            case ["option", key, value]:
                options[key] = value
            case ["list", key, value]:
                options[key] = (*(v if isinstance(v := options.get(key, ()), tuple) else (v,)), value)


def canonical(sections: Iterable[Section]) -> list[Section]:
    """Packages by name; sections sorted where their order means nothing."""
    found = [replace(s, options=tuple(sorted(s.options))) for s in sections]
    numbered = list(enumerate(found))
    numbered.sort(key=lambda pair: (pair[1].package, _rank(*pair)))
    return [section for _, section in numbered]


def written(sections: Iterable[Section]) -> str:
    """UCI text as `uci export` prints it."""
    lines: list[str] = []
    package = ""
    for section in sections:
        if section.package != package:
            package = section.package
            lines += [f"package {package}", ""]
        lines.append(f"config {section.kind}" + ("" if section.name.startswith("@") else f" '{section.name}'"))
        for key, value in section.options:
            if isinstance(value, tuple):
                lines += [f"\tlist {key} {quoted(one)}" for one in value]
            else:
                lines.append(f"\toption {key} {quoted(value)}")
        lines.append("")
    return "\n".join(lines)


def managed(sections: Iterable[Section], unmanaged: Iterable[re.Pattern[str]]) -> Iterator[Section]:
    """Sections and options that are ours, by the lines `uci show` would print."""
    patterns = list(unmanaged)
    for section in sections:
        if any(pattern.search(section.shown()) for pattern in patterns):
            continue
        kept = [
            (key, value) for key, value in section.options
            if not any(pattern.search(f"{section.place}.{key}={quoted(str(value))}") for pattern in patterns)
        ]  # fmt: skip
        yield replace(section, options=tuple(kept))


def quoted(value: str) -> str:
    """A value as UCI and the shell take it."""
    return "'" + value.replace("'", "'\\''") + "'"


def _rank(place: int, section: Section) -> tuple[object, ...]:
    return (place,) if section.package in ORDERED else (section.kind, section.name.startswith("@"), section.name, place)
