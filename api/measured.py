"""What the monitor of this process last measured, or, where there is none, what another one left in the store."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy import Engine

from api.watch import Now, Watch
from monitoring.capacity.counters import Volume
from monitoring.capacity.store import TrafficStore
from monitoring.settings import CapacitySettings
from monitoring.snapshot import Snapshot
from monitoring.snmp.sample import Poll, Sample
from monitoring.snmp.store import PollStore

SLOTS_BACK = 3


class Measuring(Protocol):
    """A running monitor."""

    @property
    def polls(self) -> Mapping[str, Poll]:
        """The latest poll of every device."""

    @property
    def volumes(self) -> Mapping[tuple[str, str], Volume]:
        """The latest traffic of every (device, interface)."""

    @property
    def traps(self) -> Mapping[tuple[str, str], int]:
        """Traps received of every (device, kind)."""


@dataclass(frozen=True)
class Idle:
    """No monitor in this process."""

    polls: Mapping[str, Poll] = field(default_factory=dict)
    volumes: Mapping[tuple[str, str], Volume] = field(default_factory=dict)
    traps: Mapping[tuple[str, str], int] = field(default_factory=dict)


@dataclass(frozen=True)
class Readings:
    """One device: when it answered last (epoch seconds), interfaces up or not, (in, out) b/s, neighbour → state."""

    seen: float | None
    up: Mapping[str, bool]
    rates: Mapping[str, tuple[float, float]]
    neighbours: Mapping[str, int]


def snapshot(
    now: Now, measuring: Measuring, watch: Watch, equality: Mapping[tuple[str, str], float] | None = None
) -> Snapshot:
    """Everything metrics are read from."""
    links = {e.removeprefix("link:"): e not in now.down for e in now.seen if e.startswith("link:")}
    return Snapshot(
        at=now.at,
        network=now.network,
        polls=measuring.polls,
        volumes=measuring.volumes,
        links=links,
        verdicts={str(verdict): count for verdict, count in now.matrix.counts().items()},
        reachable=dict(now.matrix.reachable()),
        heartbeats=now.heartbeats,
        traps=measuring.traps,
        incidents=now.incidents,
        equality=equality or {},
        agents=tuple(watch.planner.agents(now.network, now.at)),
        days_left=watch.observations.days_left(),
    )


def readings(engine: Engine, measuring: Measuring, device: str) -> Readings:
    """What is known of a device."""
    poll = measuring.polls.get(device)
    rates = {i: (v.in_bps, v.out_bps) for (d, i), v in measuring.volumes.items() if d == device}
    if isinstance(poll, Sample):
        up = {i.name: i.oper == "up" for i in poll.interfaces}
        return Readings(poll.at, up, rates, poll.neighbours or {})
    store = PollStore(engine)
    last = store.devices().get(device)
    up = {row["interface"]: row["oper"] == "up" for row in store.interfaces(device)}
    return Readings(last["at"] if last and last["answered"] else None, up, rates or _stored(engine, device), {})


def _stored(engine: Engine, device: str) -> dict[str, tuple[float, float]]:
    """Rates of the newest slot of each interface, unless it is long over."""
    length, now = CapacitySettings().slot, time.time()
    series = TrafficStore(engine, length).series(now - SLOTS_BACK * length, now)
    return {i: slots[max(slots)] for (d, i), slots in series.items() if d == device and slots}
