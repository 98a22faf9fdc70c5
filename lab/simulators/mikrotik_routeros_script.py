"""The language of the simulated RouterOS's command line: words, quotes, brackets, comparisons."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lab.simulators.mikrotik_routeros_menus import FLAGS, Object

ESCAPED = {"n": "\n", "r": "\r", "t": "\t", "_": " "}
PLAIN = re.compile(r"[A-Za-z0-9._:/,@%+*!<>~-]+")


class Complaint(Exception):
    """What the console says about a line it does not carry out."""


@dataclass(frozen=True)
class Command:
    """A menu, a verb and its arguments; ``where`` are comparisons after the word ``where``."""

    menu: str
    verb: str
    given: dict[str, str]
    bare: tuple[str, ...]
    where: tuple[str, ...]


def words(line: str) -> list[str]:
    """Words of a line, quotes and brackets left in place."""
    found: list[str] = []
    place = 0
    while place < len(line):
        if line[place].isspace():
            place += 1
            continue
        start = place
        while place < len(line) and not line[place].isspace():
            place = _after(line, place)
        found.append(line[start:place])
    return found


def _after(line: str, place: int) -> int:
    """The place after a character, or after all that is quoted or bracketed there."""
    if line[place] == '"':
        place += 1
        while place < len(line) and line[place] != '"':
            place += 2 if line[place] == "\\" else 1
        if place >= len(line):
            raise Complaint(f"expected closing quote (line 1 column {place})")
    elif line[place] == "[":
        place += 1
        while place < len(line) and line[place] != "]":
            place = _after(line, place)
        if place >= len(line):
            raise Complaint(f"expected closing brace (line 1 column {place})")
    return place + 1


def command(line: str, menus: Callable[[str], bool], evaluate: Callable[[str, str], str]) -> Command:
    """Read a line; ``menus`` knows whether a path is one, ``evaluate`` what stands in brackets within a menu."""
    given = words(line)
    path, column = "", 1
    while given and not given[0].startswith("["):
        step = given[0].strip("/")
        whole = f"{path}/{step}".strip("/")
        if not menus(whole):
            break
        path, column = whole, column + len(given.pop(0)) + 1
    if not given:
        return Command(path, "", {}, (), ())
    verb = given.pop(0).lstrip("/")
    at = given.index("where") if "where" in given else len(given)
    where, given = tuple(given[at + 1 :]), given[:at]
    named, bare = {}, []
    for word in given:
        name, equals, value = word.partition("=")
        if name in FLAGS and not equals:
            named[name] = "yes"
        elif equals and not word.startswith(("[", '"')):
            named[name] = evaluate(path, value) if value.startswith("[") else plain(value)
        else:
            bare.append(evaluate(path, word) if word.startswith("[") else plain(word))
    return Command(path, verb, named, tuple(bare), where)


def plain(word: str) -> str:
    """The text a word stands for."""
    if not word.startswith('"'):
        return word
    octets, inner = bytearray(), word[1:-1]
    for escape, char in re.findall(r"\\([0-9A-F]{2}|.)|(.)", inner, re.DOTALL):
        if char:
            octets += char.encode()
        elif len(escape) == 2:
            octets.append(int(escape, 16))
        else:
            octets += ESCAPED.get(escape, escape).encode()
    return octets.decode(errors="replace")


def shown(value: str) -> str:
    """A value as an export prints it."""
    if PLAIN.fullmatch(value):
        return value
    text = "".join(f"\\{c}" if c in '"\\$?' else c for c in value).replace("\n", "\\n").replace("\r", "\\r")
    return '"' + "".join(c if ord(c) < 128 else "".join(f"\\{o:02X}" for o in c.encode()) for c in text) + '"'


def matching(objects: list[Object], comparisons: tuple[str, ...]) -> Iterator[Object]:
    """Objects for which every ``name=value`` or ``name~"pattern"`` holds; a bare ``name`` is true when set."""
    for one in objects:
        if all(_holds(one, comparison) for comparison in comparisons):
            yield one


def _holds(one: Object, comparison: str) -> bool:
    found = re.fullmatch(r"([a-z][a-z0-9-]*)(=|~|!=)(.*)", comparison, re.DOTALL)
    if found is None:
        raise Complaint(f"syntax error: {comparison!r}")
    name, operator, value = found[1], found[2], plain(found[3])
    held = one.get(name, "")
    if operator == "~":
        return re.search(value, held) is not None
    return (held == value) == (operator == "=")
