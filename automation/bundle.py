"""A device's whole configuration as one text of named parts, so that every step treats it as one candidate.

Standard library only and Python 3.11 at most: the same file runs on the device inside `sn-bundle`.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

PARTS = ("network", "frr", "nftables", "shaping", "snmpd", "dnsmasq", "config")
"""Every part there is, in the order they stand in a bundle and are applied. ``config`` is the whole configuration of a
device whose operating system keeps it as one text."""

MARK = "#! part "


class BundleError(ValueError):
    """A text that is not a bundle; `line` counts from 1 within the whole text."""

    def __init__(self, line: int, reason: str) -> None:
        self.line, self.reason = line, reason
        super().__init__(f"line {line}: {reason}")


@dataclass(frozen=True)
class Bundle:
    """Parts as (name, text) in bundle order; an absent part is not managed.

    A text is empty or ends with one newline.
    """

    parts: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, texts: Mapping[str, str]) -> "Bundle":
        """The bundle of these texts: order and line ends are made canonical; an unknown name raises BundleError."""
        for name, text in texts.items():
            if name not in PARTS:
                raise BundleError(1, f"unknown part {name!r}; parts are {', '.join(PARTS)}")
            if any(line.startswith(MARK) for line in text.split("\n")):
                raise BundleError(1, f"part {name} contains a line starting with {MARK.strip()!r}")
        return cls(tuple((name, _text(texts[name])) for name in PARTS if name in texts))

    @classmethod
    def parse(cls, text: str) -> "Bundle":
        """Read the wire form; BundleError names the line of anything out of place."""
        texts: dict[str, list[str]] = {}
        current: list[str] | None = None
        for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
            if line.startswith(MARK):
                current = texts.setdefault(_name(line, number, texts), [])
            elif current is not None:
                current.append(line)
            elif line.strip():
                raise BundleError(number, f"text before the first {MARK.strip()!r} line")
        if not texts:
            raise BundleError(1, "no part found")
        return cls.of({name: "\n".join(lines) for name, lines in texts.items()})

    def __str__(self) -> str:
        return "".join(f"{MARK}{name}\n{text}" for name, text in self.parts)

    def texts(self) -> dict[str, str]:
        return dict(self.parts)

    def overlaid(self, other: "Bundle") -> "Bundle":
        """This bundle with the parts of `other` in place of its own."""
        return Bundle.of(self.texts() | other.texts())

    def only(self, names: frozenset[str]) -> "Bundle":
        return Bundle(tuple(part for part in self.parts if part[0] in names))


def changed(running: Bundle, candidate: Bundle) -> frozenset[str]:
    """Names of the candidate's parts whose text differs from the running one."""
    now = running.texts()
    return frozenset(name for name, text in candidate.parts if now.get(name) != text)


def difference(running: Bundle, candidate: Bundle) -> str:
    """Unified diff, part by part, over the parts the candidate has; empty when nothing differs."""
    now = running.texts()
    lines: list[str] = []
    for name, text in candidate.parts:
        lines += difflib.unified_diff(
            now.get(name, "").splitlines(), text.splitlines(), f"running/{name}", f"candidate/{name}", lineterm=""
        )
    return "".join(f"{line}\n" for line in lines)


def _name(line: str, number: int, seen: Mapping[str, object]) -> str:
    name = line[len(MARK) :]
    if name not in PARTS:
        raise BundleError(number, f"unknown part {name!r}; parts are {', '.join(PARTS)}")
    if name in seen:
        raise BundleError(number, f"part {name} given twice")
    return name


def _text(text: str) -> str:
    body = text.replace("\r\n", "\n").strip("\n")
    return f"{body}\n" if body.strip() else ""
