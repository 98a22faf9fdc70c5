"""NetJSON to UCI: OpenWrt's configuration is made by netjsonconfig; the one file that calls that untyped library."""

import json
from collections import Counter
from typing import Any

from netjsonconfig import OpenWrt  # type: ignore[import-untyped]

from automation.remediation.openwrt_text import canonical, parse, written
from inventory.errors import RefusedRequest

REFUSED = "refused"
"""A template gives its reason under this key when OpenWrt cannot do what is wanted."""


def finished(text: str) -> str:
    """UCI text, as `uci export` prints it, of the NetJSON document a template wrote."""
    document = json.loads(text)
    if reason := document.pop(REFUSED, None):
        raise RefusedRequest(str(reason), fix="leave it out of the inventory or use another platform there")
    sections = canonical(parse(str(OpenWrt(_escaped(document)).render())))
    if twice := [place for place, number in Counter(s.place for s in sections).items() if number > 1]:
        raise RefusedRequest(f"two sections are called {twice[0]}", fix="give them names of their own in the inventory")
    return written(sections)


def _escaped(value: Any) -> Any:
    """Texts with their single quotes as UCI wants them within single quotes, which netjsonconfig does not see to."""
    if isinstance(value, str):
        return value.replace("'", "'\\''")
    if isinstance(value, list):
        return [_escaped(one) for one in value]
    return {key: _escaped(one) for key, one in value.items()} if isinstance(value, dict) else value
