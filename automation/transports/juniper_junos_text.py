"""What Junos prints and what bundles hold, in one form: without what is not ours, with secrets by their names."""

import re

from automation.remediation.juniper_junos_text import canonical
from inventory.platforms import Platform

VERBS = ("set ", "deactivate ")
MASKS = (
    (re.compile(r"(set system tacplus-server \S+ secret) .+"), r"\1 <secret:tacacs>"),
    (
        re.compile(r"(set snmp v3 usm local-engine user \S+ authentication-\w+) authentication-(?:key|password) .+"),
        r"\1 authentication-password <secret:snmp-auth>",
    ),
    (
        re.compile(r"(set snmp v3 usm local-engine user \S+ privacy-\w+) privacy-(?:key|password) .+"),
        r"\1 privacy-password <secret:snmp-priv>",
    ),
    (re.compile(r'"?\$\d+\$[^\s"]+"?'), "<secret:hidden>"),
)
"""Secrets of ours by their names; any other one is hidden, since Junos prints some in a form that can be undone."""


def read(platform: Platform, text: str) -> str:
    """The managed configuration in the one form in which texts are compared."""
    lines = (line.strip() for line in text.splitlines())
    return canonical("\n".join(_masked(line) for line in lines if line.startswith(VERBS) and _ours(platform, line)))


def stray(text: str) -> int:
    """Number of the first line that neither sets nor deactivates anything, from 1; 0 when there is none."""
    lines = enumerate(text.splitlines(), start=1)
    return next((n for n, line in lines if line.strip() and not line.startswith(("#", *VERBS))), 0)


def _ours(platform: Platform, line: str) -> bool:
    words = line.partition(" ")[2]
    return not any(re.match(pattern, words) for pattern in platform.unmanaged)


def _masked(line: str) -> str:
    for pattern, instead in MASKS:
        line = pattern.sub(instead, line)
    return line
