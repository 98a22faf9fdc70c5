"""Polling one device in few requests: link state and neighbours always, counters and names when they are due."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from monitoring.settings import SnmpSettings
from monitoring.snmp import oids
from monitoring.snmp.sample import InterfaceSample, Poll, Sample, Silence
from monitoring.snmp.session import NoAnswer, OddAnswer, Oid, Session
from monitoring.snmp.walk import REPETITIONS, Reading, as_text, read

STATE = (oids.IF_OPER_STATUS, oids.IF_ADMIN_STATUS)
COUNTERS = (
    oids.IF_HC_IN_OCTETS,
    oids.IF_HC_OUT_OCTETS,
    oids.IF_IN_ERRORS,
    oids.IF_OUT_ERRORS,
    oids.IF_IN_DISCARDS,
    oids.IF_OUT_DISCARDS,
)
IDENTITY = (oids.IF_NAME, oids.IF_ALIAS, oids.IF_HIGH_SPEED)


@dataclass
class DevicePoll:
    """Polls one device again and again, remembering what need not be asked every time."""

    device: str
    session: Session
    settings: SnmpSettings
    clock: Callable[[], float] = time.time
    _identity: Reading = field(default_factory=Reading)
    _identity_at: float = 0.0
    _counters: Reading = field(default_factory=Reading)
    _counters_at: float | None = None
    _uptime: float | None = None
    _rows: int = REPETITIONS - 1

    async def poll(self) -> Poll:
        """Read what is due. Never raises for what the device does or does not answer."""
        started = self.clock()
        try:
            state = await self._state()
            if self._identity_due(started, state):
                self._identity = await self._columns(IDENTITY, scalars=(oids.SYS_NAME,))
                self._identity_at = started
            if self._counters_at is None or started - self._counters_at >= self.settings.counter_period:
                counters_at = self.clock()
                self._counters = await self._columns(COUNTERS)
                self._counters_at = counters_at
        except (NoAnswer, OddAnswer) as error:
            self._counters_at = None
            return Silence(self.device, started, self.clock() - started, error.message)
        return self._sample(started, state)

    async def _state(self) -> Reading:
        columns = (*STATE, oids.OSPF_NBR_STATE)
        reading = await read(self.session, (oids.SYS_UP_TIME, oids.OSPF_ROUTER_ID), columns, self._rows + 1)
        self._rows = max(1, *(len(rows) for rows in reading.columns.values()))
        return reading

    async def _columns(self, columns: tuple[Oid, ...], scalars: tuple[Oid, ...] = ()) -> Reading:
        return await read(self.session, scalars, columns, self._rows + 1)

    def _identity_due(self, now: float, state: Reading) -> bool:
        uptime, before = _uptime(state), self._uptime
        self._uptime = uptime
        restarted = uptime is not None and before is not None and uptime < before
        if restarted:
            self._counters_at = None
        same = self._identity.columns.get(oids.IF_NAME, {}).keys() == state.columns[oids.IF_OPER_STATUS].keys()
        return restarted or not same or now - self._identity_at >= self.settings.identity_period

    def _sample(self, started: float, state: Reading) -> Sample:
        rows = state.columns[oids.IF_OPER_STATUS]
        ospf = oids.OSPF_ROUTER_ID in state.scalars
        return Sample(
            device=self.device,
            at=started,
            seconds=self.clock() - started,
            uptime=self._uptime,
            sys_name=as_text(self._identity.scalars.get(oids.SYS_NAME)),
            interfaces=tuple(self._interface(state, index) for index in rows),
            neighbours=_neighbours(state) if ospf else None,
            counters_at=self._counters_at,
        )

    def _interface(self, state: Reading, index: Oid) -> InterfaceSample:
        mega = self._identity.number(oids.IF_HIGH_SPEED, index)
        octets_in, octets_out, *errors = (self._counters.number(column, index) for column in COUNTERS)
        return InterfaceSample(
            index=index[0],
            name=self._identity.text(oids.IF_NAME, index) or str(index[0]),
            alias=self._identity.text(oids.IF_ALIAS, index),
            admin=oids.ADMIN.get(state.number(oids.IF_ADMIN_STATUS, index) or 0, "unknown"),
            oper=oids.OPER.get(state.number(oids.IF_OPER_STATUS, index) or 0, "unknown"),
            speed_bps=None if not mega else mega * 1_000_000,
            in_octets=octets_in,
            out_octets=octets_out,
            in_errors=errors[0],
            out_errors=errors[1],
            in_discards=errors[2],
            out_discards=errors[3],
        )


def _uptime(state: Reading) -> float | None:
    ticks = state.scalars.get(oids.SYS_UP_TIME)
    return ticks / 100 if isinstance(ticks, int) else None


def _neighbours(state: Reading) -> dict[str, int]:
    rows = state.columns[oids.OSPF_NBR_STATE]
    return {".".join(map(str, index[:4])): value for index, value in rows.items() if isinstance(value, int)}
