"""From two readings of a counter to a volume: wraps are repaired, resets are gaps, never guesses."""

from dataclasses import dataclass

from monitoring.snmp.sample import InterfaceSample, Sample

WRAP_MARGIN = 1.05
"""A 32-bit wrap is believed only when the rate it implies is within this factor of the line's capacity."""


def delta(before: int, now: int, seconds: float, *, bits: int = 64, capacity_bps: float | None = None) -> int | None:
    """Octets between two readings; null when the counter was reset or time did not advance."""
    if seconds <= 0:
        return None
    if now >= before:
        return now - before
    if bits != 32:
        return None  # a 64-bit counter needs 467 years at 10 Gbit/s to wrap: this is a restart
    step = now - before + 2**32
    believable = capacity_bps is not None and step * 8 / seconds <= capacity_bps * WRAP_MARGIN
    return step if believable else None


@dataclass(frozen=True, slots=True)
class Volume:
    """Octets through one interface between two instants."""

    device: str
    interface: str
    start: float
    end: float
    in_octets: int
    out_octets: int

    @property
    def in_bps(self) -> float:
        """Mean rate into the interface."""
        return self.in_octets * 8 / (self.end - self.start)

    @property
    def out_bps(self) -> float:
        """Mean rate out of the interface."""
        return self.out_octets * 8 / (self.end - self.start)


class Counters:
    """Remembers the last reading of every interface and turns each new one into a volume."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], tuple[float, float | None, InterfaceSample]] = {}

    def take(self, sample: Sample) -> tuple[Volume, ...]:
        """Volumes since the previous reading of the same device; empty for the first and after a restart."""
        if sample.counters_at is None:
            return ()
        volumes = []
        for interface in sample.interfaces:
            key = (sample.device, interface.name)
            before = self._last.get(key)
            if before is not None and before[0] >= sample.counters_at:
                continue
            self._last[key] = (sample.counters_at, sample.uptime, interface)
            if before is not None and not _restarted(before[1], sample.uptime):
                volume = _volume(sample, before[0], before[2], interface)
                volumes += [volume] if volume is not None else []
        return tuple(volumes)


def _restarted(before: float | None, now: float | None) -> bool:
    return before is not None and now is not None and now < before


def _volume(sample: Sample, start: float, before: InterfaceSample, now: InterfaceSample) -> Volume | None:
    end = sample.counters_at
    if end is None or before.in_octets is None or before.out_octets is None:
        return None
    if now.in_octets is None or now.out_octets is None or before.index != now.index:
        return None
    octets_in = delta(before.in_octets, now.in_octets, end - start)
    octets_out = delta(before.out_octets, now.out_octets, end - start)
    if octets_in is None or octets_out is None:
        return None
    return Volume(sample.device, now.name, start, end, octets_in, octets_out)
