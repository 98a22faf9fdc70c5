"""What a typed configuration line does to a simulated Cisco IOS, wherever it comes from: a terminal or a file."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Interface

from lab.simulators.cisco_ios import EXISTS, NUMBERED, Rejected
from lab.simulators.cisco_ios_grammar import GRAMMAR, kind, printed, understood
from lab.simulators.tree import Node

INVALID = "                   ^\n% Invalid input detected at '^' marker.\n"
HEAD = re.compile(r"Building configuration|Current configuration|end$|!|$")
STEP = 10


class Lines:
    """Takes configuration lines; ``path`` is the section it stands in."""

    def __init__(self, tree: Node, path: tuple[str, ...] = ()) -> None:
        self.tree, self.path = tree, path

    def take(self, typed: str) -> None:
        """One line; Rejected when it is not understood or not possible."""
        line = printed(" ".join(typed.split()))
        for depth in range(len(self.path), -1, -1):
            header = self.path[depth - 1] if depth else ""
            if understood(line, header):
                self._put(self.path[:depth], header, line)
                return
        raise Rejected(INVALID)

    def leave(self) -> bool:
        """One section up; whether there was one."""
        was = bool(self.path)
        self.path = self.path[:-1]
        return was

    def _put(self, path: tuple[str, ...], header: str, line: str) -> None:
        section = self.tree.at(path)
        positive = line.removeprefix("no ")
        if positive.startswith("interface "):
            _check_port(line)
        if kind(header) == "access-list":
            _rule(section, line)
        elif line.startswith("ip address ") and header.startswith("interface "):
            _check_address(self.tree, header, line)
            section.enter(line, GRAMMAR)
        elif line.startswith("service-policy ") and f"policy-map {line.split()[-1]}" not in self.tree.below:
            raise Rejected(f"% policy map {line.split()[-1]} not configured")
        else:
            section.enter(line, GRAMMAR)
        self.path = (*path, line) if GRAMMAR.sections.match(line) else path


def load(tree: Node, text: str) -> Iterator[str]:
    """Take the lines of a file, and give what the device says against them."""
    return iter(_loaded(Lines(tree), text))


def _loaded(lines: Lines, text: str) -> list[str]:
    said = []
    for typed in text.replace("\r", "").split("\n"):
        if HEAD.match(typed.strip()):
            continue
        if not typed.startswith(" "):
            lines.path = ()
        try:
            lines.take(typed)
        except Rejected as refusal:
            said.append(f"{typed}\n{refusal}")
    return said


def _check_port(line: str) -> None:
    port = line.removeprefix("no ")
    if EXISTS.match(port) is None:
        raise Rejected(INVALID)
    if line.startswith("no ") and re.match(r"interface GigabitEthernet0(/\d+)?$", port):
        raise Rejected("% Removal of physical interfaces is not permitted")


def _check_address(tree: Node, header: str, line: str) -> None:
    """No network twice, as IOS has it."""
    words = line.split()
    try:
        wanted = IPv4Interface(f"{words[2]}/{words[3]}")
    except (ValueError, IndexError):
        raise Rejected(INVALID) from None
    for other, section in tree.below.items():
        if not other.startswith("interface ") or other == header:
            continue
        for address in (a for a in section.below if a.startswith("ip address ")):
            words = address.split()
            if IPv4Interface(f"{words[2]}/{words[3]}").network.overlaps(wanted.network):
                raise Rejected(f"% {wanted.network.network_address} overlaps with {other.removeprefix('interface ')}")


def _rule(section: Node, line: str) -> None:
    """Rules are kept by number; one that is there already is not taken twice."""
    positive = line.removeprefix("no ")
    numbers = {NUMBERED.sub("", rule, count=1): rule for rule in section.below}
    if positive != line:
        number = re.match(r"(?:sequence )?(\d+)$", positive)
        gone = [r for r in section.below if r.startswith(f"{number[1]} ")] if number else [numbers.get(positive, "")]
        for rule in gone:
            section.below.pop(rule, None)
        return
    text = NUMBERED.sub("", line, count=1)
    if text in numbers:
        return
    given = NUMBERED.match(line)
    last = max((int(rule.split()[0]) for rule in section.below), default=0)
    number_ = int(given[1]) if given else last + STEP
    if any(rule.startswith(f"{number_} ") for rule in section.below):
        raise Rejected("% Duplicate sequence number")
    section.below[f"{number_} {text}"] = Node()
