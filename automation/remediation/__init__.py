"""The commands that lead a device from its running configuration to the wanted one: what a plan shows and a session
sends.

A platform with a way of its own has a module here, named like it (``-`` written ``_``), with ``commands(running,
candidate)``; the others are told by indentation.
"""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import cast

from automation.remediation import indent
from automation.remediation.dialects import dialect_of
from inventory import platforms

Own = Callable[[str, str], tuple[str, ...]]


def commands(platform: str, running: str, candidate: str) -> tuple[str, ...]:
    """Commands for a device of a platform (slug or alias), from the text of one ``config`` part to another's."""
    slug = platforms.load(platform).slug
    own = _own(slug)
    if own is not None:
        return tuple(own(running, candidate))
    return indent.commands(running, candidate, dialect_of(slug))


@cache
def _own(slug: str) -> Own | None:
    name = f"{__name__}.{slug.replace('-', '_')}"
    if find_spec(name) is None:
        return None
    return cast(Own, import_module(name).commands)
