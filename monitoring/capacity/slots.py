"""Spreads volumes over fixed slots of time, so that every interface has one dense row of equal samples."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitoring.capacity.counters import Volume

COVERED = 0.5
"""A slot measured for less than this share of its length is a gap."""


@dataclass(slots=True)
class Slot:
    """What passed one interface in one slot, and for how long it was measured."""

    seconds: float = 0.0
    in_bits: float = 0.0
    out_bits: float = 0.0

    def add(self, other: "Slot") -> None:
        """Add what another part of the slot measured."""
        self.seconds += other.seconds
        self.in_bits += other.in_bits
        self.out_bits += other.out_bits


type SlotKey = tuple[str, str, int]
"""Device, interface, start of the slot in epoch seconds."""


def split(volume: Volume, length: int) -> Iterator[tuple[SlotKey, Slot]]:
    """Share a volume among the slots it touches, by time."""
    whole = volume.end - volume.start
    start = int(volume.start // length) * length
    while start < volume.end:
        seconds = min(volume.end, start + length) - max(volume.start, start)
        if seconds > 0:
            share = seconds / whole * 8
            slot = Slot(seconds, volume.in_octets * share, volume.out_octets * share)
            yield (volume.device, volume.interface, start), slot
        start += length
