"""RouterOS configuration as values: read from `/export terse` or from our template, written in one canonical form.

One line per object, menus in a fixed order, properties by name, nothing that equals RouterOS's own default. Objects of
ordered menus (filter, NAT) keep their order; the others are sorted by what identifies them.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from automation.remediation.mikrotik_routeros_menus import COMPUTED, DEFAULTS, FLAGS, MENUS, Kind, Menu

VERBS = frozenset({"add", "set", "remove"})
PLAIN = re.compile(r"[A-Za-z0-9._:/,@%+*~!-]+")
ESCAPES = {"n": b"\n", "r": b"\r", "t": b"\t", "_": b" "}
HOST = {"/ip firewall": "/32", "/ipv6 firewall": "/128"}
RANKS = {menu: rank for rank, menu in enumerate(MENUS)}
CHAINS = ("input", "forward", "srcnat", "dstnat")
LINES = 50_000
"""Lines, and places of objects, that are remembered: most of a network's routers have most of theirs in common."""


@dataclass(frozen=True)
class Item:
    """An object or the settings of a menu; ``find`` names an object that is always there (``default-name=ether1``)."""

    menu: str
    find: str
    props: tuple[tuple[str, str], ...]

    def get(self, name: str) -> str:
        """A property; empty when it is not set."""
        return dict(self.props).get(name, "")

    @property
    def identity(self) -> tuple[str, ...]:
        """What tells it from the other objects of its menu."""
        if self.find:
            return (self.find,)
        return tuple(_bare(self.menu, self.get(name)) for name in MENUS.get(self.menu, Menu(Kind.KEYED)).keys)

    def __str__(self) -> str:
        verb = "set" if self.find or MENUS.get(self.menu, Menu(Kind.KEYED)).kind is Kind.SETTINGS else "add"
        place = f"[ find {self.find} ]" if self.find else ""
        return " ".join(word for word in (self.menu, verb, place, written(self.props)) if word)


def finished(text: str) -> str:
    """The canonical form of what a template wrote."""
    return "".join(f"{item}\n" for item in canonical(read(text)))


def canonical(items: Iterable[Item]) -> list[Item]:
    """Items of known and unknown menus in canonical order, each once unless its menu is ordered."""
    found: dict[tuple[object, ...], Item] = {}
    for number, item in enumerate(item for item in items if item.props):
        place, ordered = _place(item)
        found[(place, number if ordered else 0)] = item
    return [found[key] for key in sorted(found)]


@lru_cache(LINES)
def _place(item: Item) -> tuple[tuple[object, ...], bool]:
    """Where an item stands among all others; whether its menu keeps the order it was given."""
    menu = MENUS.get(item.menu)
    rank = RANKS.get(item.menu, len(RANKS)), item.menu
    if menu is not None and menu.kind is Kind.ORDERED:
        chain = item.get("chain")
        return (*rank, CHAINS.index(chain) if chain in CHAINS else len(CHAINS), chain), True
    return (*rank, 0, _natural(item), str(item) if menu is None else ""), False


def read(text: str) -> Iterator[Item]:
    """Every object of an export; comments and what is neither ``add`` nor ``set`` are left out."""
    menu = ""
    for line in _whole_lines(text):
        menu, item = _read_line(menu, line)
        if item is not None:
            yield item


@lru_cache(LINES)
def _read_line(menu: str, line: str) -> tuple[str, Item | None]:
    """The menu after a line that is met in a menu, and the object the line is about."""
    words = split(line)
    if words and words[0].startswith("/"):
        path = []
        while words and words[0] not in VERBS:
            path += words.pop(0).strip("/").split("/")
        menu = "/" + " ".join(path)
    return menu, _item(menu, words[1:]) if len(words) > 1 and words[0] in ("add", "set") else None


def split(line: str) -> list[str]:
    """Words of a command; quotes and brackets hold theirs together."""
    words, word, depth, quoted, escaped = [], "", 0, False, False
    for char in line.strip() + " ":
        if char == " " and not quoted and not depth:
            if word:
                words.append(word)
            word = ""
            continue
        word += char
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif char == '"':
            quoted = not quoted
        elif not quoted:
            depth += (char == "[") - (char == "]")
    return words


def unquoted(word: str) -> str:
    """The value a word of a command stands for."""
    if len(word) < 2 or word[0] != '"' or word[-1] != '"':
        return word
    raw, rest = b"", word[1:-1]
    while rest:
        if rest[0] != "\\" or len(rest) == 1:
            raw, rest = raw + rest[0].encode(), rest[1:]
        elif re.match(r"[0-9A-F]{2}", rest[1:]):
            raw, rest = raw + bytes.fromhex(rest[1:3]), rest[3:]
        else:
            raw, rest = raw + ESCAPES.get(rest[1], rest[1].encode()), rest[2:]
    return raw.decode(errors="replace")


def quoted(value: str) -> str:
    """A value as RouterOS writes it; letters beyond ASCII stay readable."""
    if PLAIN.fullmatch(value):
        return value
    inner = value.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("?", "\\?")
    return '"' + inner.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t") + '"'


def typed(line: str) -> str:
    """A command as it is typed: a console takes other letters than those of ASCII as octets in hexadecimal."""
    return "".join(c if ord(c) < 128 else "".join(f"\\{octet:02X}" for octet in c.encode()) for c in line)


def written(props: Iterable[tuple[str, str]]) -> str:
    """Properties as words of a command."""
    return " ".join(name if name in FLAGS else f"{name}={quoted(value)}" for name, value in props)


def _whole_lines(text: str) -> Iterator[str]:
    """Lines without comments; one that ends with a backslash goes on in the next."""
    begun = ""
    for line in text.replace("\r", "").split("\n"):
        whole = begun + (line.lstrip() if begun else line)
        if whole.endswith("\\") and not whole.endswith("\\\\"):
            begun = whole[:-1]
            continue
        begun = ""
        if whole.strip() and not whole.lstrip().startswith("#"):
            yield whole


def _item(menu: str, words: list[str]) -> Item:
    find = ""
    if words[0].startswith("["):
        find = " ".join(words.pop(0).strip("[] ").split()[1:])
    props = {}
    for word in words:
        name, given, value = word.partition("=")
        if name in FLAGS and value in ("", "yes"):
            props[name] = "yes"
        elif given:
            props[name] = _plain_host(menu, name, unquoted(value))
    defaults = DEFAULTS.get(menu, {})
    kept = {
        name: value for name, value in props.items()
        if name not in COMPUTED.get(menu, ()) and value != defaults.get(name, "no" if name == "disabled" else None)
    }  # fmt: skip
    return Item(menu, find, tuple(sorted(kept.items())))


def _plain_host(menu: str, name: str, value: str) -> str:
    """Firewalls print single hosts of IPv4 without, of IPv6 with their length; here without."""
    length = next((length for place, length in HOST.items() if menu.startswith(place)), None)
    if length and name.endswith("address"):
        return value.removesuffix(length)
    return value


def _bare(menu: str, value: str) -> str:
    """An interface's address identifies itself; its length may change."""
    return value.partition("/")[0] if menu in ("/ip address", "/ipv6 address") else value


def _natural(item: Item) -> tuple[tuple[int, int, str], ...]:
    """What identifies an item, so that its numbers are sorted as such."""
    text = " ".join(((not item.find and "~") or "", *item.identity))
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.split(r"(\d+)", text))
