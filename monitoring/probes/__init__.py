"""Probes: one file for each kind. Standard library only, since site agents run them on small machines.

A kind is a module of this folder with ``async run(target, trail) -> str``: it says ``trail.enter(stage)`` as it goes,
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

ANSWERING = frozenset({"tls", "http"})
"""Stages in which the server has been reached and has to do its work."""


@dataclass(frozen=True, slots=True)
class Target:
    """What to probe and what a healthy answer looks like.

    ``timeout`` (seconds) is for name and connection together; whoever has been connected may take ``patience``
    longer, since a network that fails does so before that, and what comes after is at worst a slow server.
    """

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
    patience: float = 0.0

    @classmethod
    def parse(cls, document: dict[str, Any], **common: Any) -> "Target":
        """Read one entry of a probe list; fields this agent does not know are ignored."""
        known = {name: document[name] for name in cls.__dataclass_fields__ if document.get(name) is not None}
        return cls(**{**common, **known, "addresses": tuple(document.get("addresses") or ())})


@dataclass(slots=True)
class Trail:
    """How far a probe has come; ``stage`` null means that it has not begun to talk."""

    limit: asyncio.Timeout
    patience: float
    stage: str | None = None

    def enter(self, stage: str) -> None:
        """Begin a stage; the first one after the connection gets the patience."""
        if stage in ANSWERING and self.stage not in ANSWERING and not self.limit.expired():
            self.limit.reschedule((self.limit.when() or 0.0) + self.patience)
        self.stage = stage


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
    """Run one probe to its end; never raises, and never takes longer than timeout and patience together."""
    limit, started = asyncio.timeout(target.timeout), time.monotonic()
    trail = Trail(limit, target.patience)
    try:
        run = kind(target.kind).run
        async with limit:
            text, ok = await run(target, trail), True
    except TimeoutError:
        text, ok = f"no answer within {time.monotonic() - started:.1f} s", False
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
