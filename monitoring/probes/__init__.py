"""Probes: one file for each kind. Standard library only, since site agents run them on small machines.

A kind is a module of this folder with ``async run(target, trail) -> str``: it moves ``trail.stage`` on as it goes,
returns a short text when the e-service answers as it should, and raises otherwise; the stage it had reached
is the stage that failed.
"""

import asyncio
import os
import pkgutil
import time
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any


@dataclass(frozen=True, slots=True)
class Target:
    """What to probe and what a healthy answer looks like. ``timeout`` (seconds) is for all stages together."""

    service: str
    kind: str
    name: str
    port: int = 443
    path: str = "/"
    expect_status: int = 200
    expect_text: str | None = None
    addresses: tuple[str, ...] = ()
    resolver: str | None = None
    resolver_port: int = 53
    ca_file: str | None = None
    timeout: float = 1.5

    @classmethod
    def parse(cls, document: dict[str, Any], **common: Any) -> "Target":
        """Read one entry of a probe list; fields this agent does not know are ignored."""
        known = {name: document[name] for name in cls.__dataclass_fields__ if document.get(name) is not None}
        return cls(**{**common, **known, "addresses": tuple(document.get("addresses") or ())})


@dataclass(slots=True)
class Trail:
    """How far a probe has come; ``stage`` null means that it has not begun to talk."""

    stage: str | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """``ok``, or the stage (dns, tcp, tls, http, icmp) that failed; null when the probe itself could not run."""

    ok: bool
    stage: str | None
    ms: float
    text: str


class WrongAnswer(Exception):
    """Something answered, but not what was expected."""


@cache
def kinds() -> tuple[str, ...]:
    """Names of the kinds, found by looking into this folder."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


def kind(name: str) -> ModuleType:
    """The module of a kind; LookupError for one that this agent does not have."""
    if name not in kinds():
        raise LookupError(f"no probe of kind {name!r}; there are {', '.join(kinds())}")
    return import_module(f"{__name__}.{name}")


async def probe(target: Target) -> Result:
    """Run one probe to its end; never raises and never takes longer than the target's timeout."""
    trail, started = Trail(), time.monotonic()
    try:
        run = kind(target.kind).run
        async with asyncio.timeout(target.timeout):
            text, ok = await run(target, trail), True
    except TimeoutError:
        text, ok = f"no answer within {target.timeout:g} s", False
    except (OSError, WrongAnswer, LookupError, ValueError, EOFError) as reason:
        text, ok = _words(reason), False
    except Exception as fault:  # a cell must not fall silent over a fault of ours
        trail.stage, text, ok = None, f"fault of the probe: {type(fault).__name__}: {fault}", False
    return Result(ok, None if ok else trail.stage, round((time.monotonic() - started) * 1000, 1), text)


def _words(reason: Exception) -> str:
    words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    if isinstance(reason, OSError) and reason.errno and words.startswith("Connect call failed"):
        words = os.strerror(reason.errno)  # asyncio puts the address there instead
    return words or type(reason).__name__
