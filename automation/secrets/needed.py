"""Which secrets the devices of an inventory need: those their configurations name."""

import re
from datetime import date

from automation.render import render
from automation.settings import ConfigurationSettings
from inventory.model.network import Network

NAMED = re.compile(r"<secret:([A-Za-z0-9_.-]+)>")


def needed(network: Network, day: date, settings: ConfigurationSettings | None = None) -> dict[str, tuple[str, ...]]:
    """Platforms by the secret they need. One device of each platform and role speaks for all like it."""
    alike = {(d.platform, d.role): d for d in network.configured()}
    found: dict[str, set[str]] = {}
    for (platform, _), device in alike.items():
        for name in NAMED.findall(str(render(network, device.slug, day, settings))):
            found.setdefault(name, set()).add(platform or "")
    return {name: tuple(sorted(found[name])) for name in sorted(found)}
