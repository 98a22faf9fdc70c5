"""Probes: one file for each kind. Standard library only, since site agents run them on small machines.

A kind is a module of this folder with ``async run(target, trail) -> str``: it says ``trail.enter(stage)`` as it goes,
returns a short text when the e-service answers as it should, and raises otherwise; the stage it had reached
is the stage that failed.
"""

import asyncio
import os
import pkgutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import ModuleType
from typing import Any

ANSWERING = frozenset({"tls", "http"})
"""Stages in which the server has been reached and has to do its work."""
STAGES = (None, "dns", "tcp", "icmp", "tls", "http")
"""In the order in which a probe comes to them; null: it could not run."""
FAMILIES = ("4", "6")
HEAD_START = 0.25
"""Seconds after which the second IP family is tried while the first has not answered, as browsers do (RFC 8305)."""


@dataclass(frozen=True, slots=True)
class Target:
    """What to probe and what a healthy answer looks like.

    ``timeout`` (seconds) is for name and connection together; whoever has been connected may take ``patience``
    longer, since a network that fails does so before that, and what comes after is at worst a slow server.
    ``families`` are the IP families of the place we probe from, the one to try first before the other.
    """

    service: str
    kind: str
    name: str
    port: int = 443
    path: str = "/"
    expect_status: int = 200
    expect_text: str | None = None
    addresses: tuple[str, ...] = ()
    families: tuple[str, ...] = ()
    resolver: str | None = None
    resolvers: tuple[str, ...] = ()
    resolver_port: int = 53
    ca_file: str | None = None
    timeout: float = 1.5
    patience: float = 0.0
    certificate_days: float = 0.0
    period: float | None = None

    @classmethod
    def parse(cls, document: Mapping[str, Any], **common: Any) -> "Target":
        """Read one entry of a probe list; fields this agent does not know are ignored."""
        known = {name: document[name] for name in cls.__dataclass_fields__ if document.get(name) is not None}
        lists = {name: tuple(value) for name, value in {**common, **known}.items() if isinstance(value, list)}
        return cls(**{**common, **known, **lists})

    @property
    def name_servers(self) -> tuple[str, ...]:
        """Addresses of the resolver, the first to be asked first."""
        return self.resolvers or ((self.resolver,) if self.resolver is not None else ())

    def at(self, family: str) -> list[str]:
        """The addresses of one IP family that the probe list gives."""
        return [address for address in self.addresses if (":" in address) is (family == "6")]

    def tried(self) -> tuple[str, ...]:
        """The IP families by which the e-service can be tried from here, IPv4 where nothing is known."""
        served = tuple(f for f in self.families or FAMILIES if self.at(f)) or tuple(f for f in FAMILIES if self.at(f))
        return served or self.families[:1] or FAMILIES[:1]


@dataclass(slots=True)
class Trail:
    """How far a probe has come over one IP family; ``stage`` null means that it has not begun to talk."""

    limit: asyncio.Timeout
    patience: float
    family: str = "4"
    stage: str | None = None
    stages: dict[str, float] = field(default_factory=dict)
    days_left: float | None = None
    _since: float = field(default_factory=time.monotonic)

    def enter(self, stage: str | None) -> None:
        """Begin a stage, or end the last with null; the first one after the connection gets the patience."""
        now = time.monotonic()
        if self.stage is not None:
            self.stages[self.stage] = round((now - self._since) * 1000, 1)
        self._since = now
        if stage in ANSWERING and self.stage not in ANSWERING and not self.limit.expired():
            self.limit.reschedule((self.limit.when() or 0.0) + self.patience)
        self.stage = stage

    def seconds_left(self) -> float:
        """Until the limit, patience included."""
        return (self.limit.when() or 0.0) - asyncio.get_running_loop().time()


@dataclass(frozen=True, slots=True)
class Result:
    """``ok``, or the stage (dns, tcp, tls, http, icmp) that failed; null when the probe itself could not run.

    ``families`` says "ok" or the stage for every IP family that was tried, ``stages`` the milliseconds of each stage,
    ``days_left`` how long the certificate of the server is still valid.
    """

    ok: bool
    stage: str | None
    ms: float
    text: str
    families: Mapping[str, str] = field(default_factory=dict)
    stages: Mapping[str, float] = field(default_factory=dict)
    days_left: float | None = None


class WrongAnswer(Exception):
    """Something answered, but not what was expected."""


@cache
def kinds() -> tuple[str, ...]:
    """Names of the kinds, found by looking into this folder."""
    return tuple(sorted(m.name for m in pkgutil.iter_modules(__path__)))


@cache
def kind(name: str) -> ModuleType:
    """The module of a kind; LookupError for one that this agent does not have."""
    if name not in kinds():
        raise LookupError(f"no probe of kind {name!r}; there are {', '.join(kinds())}")
    return import_module(f"{__name__}.{name}")


async def probe(target: Target, turn: int = 0, both: bool = False) -> Result:
    """Run one probe to its end; never raises, and never takes longer than timeout and patience together.

    Like a browser it takes one IP family, and the other where that fails or is slow; what became of the first is
    waited for all the same. Which is first changes with ``turn``, so that neither is lost unseen. With ``both`` every
    family is tried whatever the first one says.
    """
    families = target.tried()
    first, *others = (families[(turn + n) % len(families)] for n in range(len(families)))
    if not others:
        return await attempt(target, first, target.timeout)
    leading = asyncio.create_task(attempt(target, first, target.timeout))
    tasks = {leading}
    try:
        if both:
            tasks.update(asyncio.create_task(attempt(target, other, target.timeout)) for other in others)
            await asyncio.wait(tasks)
        else:
            await _race(target, tasks, others)
            await leading
        return together([task.result() for task in tasks if task.done()])
    finally:
        for task in tasks:
            task.cancel()


async def _race(target: Target, tasks: set[asyncio.Task[Result]], others: Sequence[str]) -> None:
    """Give the first family its head start, then run the others beside it until one answers."""
    done, pending = await asyncio.wait(tasks, timeout=HEAD_START)
    if not any(task.result().ok for task in done):
        left = target.timeout - (HEAD_START if pending else 0.0)
        started = {asyncio.create_task(attempt(target, other, left)) for other in others}
        tasks |= started
        pending |= started
    while pending and not any(task.result().ok for task in done):
        done, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)


def together(results: Sequence[Result]) -> Result:
    """One result of several families: good if any is, else the one that came furthest."""
    best = max(results, key=lambda r: (r.ok, STAGES.index(r.stage)))
    families = {family: how for result in results for family, how in result.families.items()}
    days = next((r.days_left for r in (best, *results) if r.days_left is not None), None)
    return Result(best.ok, best.stage, best.ms, best.text, dict(sorted(families.items())), best.stages, days)


async def attempt(target: Target, family: str, timeout: float) -> Result:
    """Run one probe over one IP family; never raises."""
    limit, started = asyncio.timeout(timeout), time.monotonic()
    trail = Trail(limit, target.patience, family)
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
    failed = None if ok else trail.stage
    trail.enter(None)
    tried = {} if failed is None and not ok else {family: failed or "ok"}
    ms = round((time.monotonic() - started) * 1000, 1)
    return Result(ok, failed, ms, text, tried, trail.stages, trail.days_left)


def _words(reason: Exception) -> str:
    words = reason.strerror if isinstance(reason, OSError) and reason.strerror else str(reason)
    if isinstance(reason, OSError) and reason.errno and words.startswith("Connect call failed"):
        words = os.strerror(reason.errno)  # asyncio puts the address there instead
    return words or type(reason).__name__
