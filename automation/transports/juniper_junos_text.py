"""What Junos prints and what bundles hold, in one form: without what is not ours, with secrets by their names."""

import re

from automation.bundle import Bundle, BundleError
from automation.remediation.juniper_junos_text import canonical
from automation.transports.errors import BundleRefused
from inventory.platforms import Platform

PART = "config"
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


def config_of(device: str, platform: Platform, bundle: str) -> str:
    """The configuration of a bundle in the one form; BundleRefused when it is no bundle for the platform."""
    try:
        texts = Bundle.parse(bundle).texts()
    except BundleError as fault:
        raise BundleRefused(device, fault.reason, line=fault.line) from fault
    if set(texts) != {PART}:
        raise BundleRefused(device, f"a bundle for {platform.name} has the one part {PART!r}")
    for number, line in enumerate(texts[PART].splitlines(), 1):
        if line.strip() and not line.startswith(("#", *VERBS)):
            raise BundleRefused(device, "a line that neither sets nor deactivates anything", PART, number)
    return read(platform, texts[PART])


def _ours(platform: Platform, line: str) -> bool:
    words = line.partition(" ")[2]
    return not any(re.match(pattern, words) for pattern in platform.unmanaged)


def _masked(line: str) -> str:
    for pattern, instead in MASKS:
        line = pattern.sub(instead, line)
    return line
