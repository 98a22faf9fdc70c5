"""No secret reaches a backup: values known to be secret, words after which one follows, and what looks like one."""

import re
from collections.abc import Mapping
from functools import cache

from automation.backups.patterns import EVERYWHERE, LINUX, LOOKS_SECRET, PLATFORMS, ROUTEROS_COMMUNITY, ROUTEROS_NAMED
from inventory import platforms
from inventory.errors import UnknownObject

MASK = "<secret>"
ROUTEROS = "mikrotik-routeros"
"""Writes `name=value`; after a blank stand commands, as in ``/ppp secret add``."""
PLACEHOLDER = re.compile(r"<secret(?::[A-Za-z0-9_.-]+)?>")
VALUE = r"(?P<value>\"[^\"\n]*\"|'[^'\n]*'|[^\s;{\"']+)"
PEM = re.compile(r"-----BEGIN [A-Z ]*(?:PRIVATE KEY|OPENSSH)[A-Z ]*-----.*?-----END [A-Z ]+-----", re.DOTALL)
LOOKS = tuple(re.compile(pattern) for pattern in LOOKS_SECRET)
KEPT = re.compile(
    r"(?:service|no) password-|\bpassword (?:policy|complexity|minimum|encryption)"
    r"|^\s*(?:set .* )?(?:description|remark) "
)
"""Lines in which those words announce nothing."""
SHORTEST = 4
"""A known value shorter than this would be found in ordinary words."""


def masked(platform: str, text: str, known: Mapping[str, str] | None = None) -> str:
    """The text with every secret replaced by ``<secret>``, or by ``<secret:NAME>`` where its value is a known one."""
    for name, value in sorted((known or {}).items(), key=lambda item: -len(item[1])):
        if len(value) >= SHORTEST:
            text = re.sub(rf"(?<![\w-]){re.escape(value)}(?![\w-])", f"<secret:{name}>", text)
    text = PEM.sub(MASK, text)
    section, lines = "", []
    for line in text.split("\n"):
        section = line.strip() if line.startswith("/") else section
        lines.append(_line(_patterns(platform), line, section))
    return "\n".join(lines)


def hidden(text: str) -> tuple[tuple[int, str], ...]:
    """Lines, with their numbers, in which a secret was masked whose name nobody knows."""
    return tuple((n, line) for n, line in enumerate(text.split("\n"), 1) if MASK in line)


def _line(patterns: tuple[re.Pattern[str], ...], line: str, section: str) -> str:
    for looks in LOOKS:
        line = looks.sub(MASK, line)
    if not KEPT.search(line):
        for pattern in patterns:
            line = pattern.sub(_masked_value, line)
        if section.startswith("/snmp community") and not ROUTEROS_NAMED.search(line):
            line = _community().sub(_masked_value, line)
    return line


def _masked_value(found: re.Match[str]) -> str:
    value = found["value"]
    if PLACEHOLDER.search(value):
        return found[0]
    quote = value[0] if value[0] in "\"'" else ""
    return f"{found[0][: -len(value)]}{quote}{MASK}{quote}"


@cache
def _patterns(platform: str) -> tuple[re.Pattern[str], ...]:
    try:
        slug = platforms.load(platform).slug
    except UnknownObject:
        slug = platform
    own = PLATFORMS.get(slug, ()) + (PLATFORMS["linux"] if slug in LINUX else ())
    words = () if slug == ROUTEROS else EVERYWHERE
    return tuple(re.compile(f"(?:{before})(?!<secret){VALUE}") for before in (*own, *words))


@cache
def _community() -> re.Pattern[str]:
    return re.compile(f"(?:{ROUTEROS_COMMUNITY})(?!<secret){VALUE}")
