"""What one poll of one device tells: typed values, no SNMP left in them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InterfaceSample:
    """One row of the interface tables. Octet counters are null where the agent has no 64-bit ones."""

    index: int
    name: str
    alias: str | None
    admin: str
    oper: str
    speed_bps: int | None
    in_octets: int | None = None
    out_octets: int | None = None
    in_errors: int | None = None
    out_errors: int | None = None
    in_discards: int | None = None
    out_discards: int | None = None

    @property
    def usable_for_capacity(self) -> bool:
        """32-bit counters are silently wrong above 114.5 Mbit/s at 300 s: such an interface has no capacity figures."""
        return self.in_octets is not None and self.out_octets is not None


@dataclass(frozen=True, slots=True)
class Sample:
    """An answer. ``neighbours`` maps OSPF neighbour address to state; null where the agent knows no OSPF."""

    device: str
    at: float
    seconds: float
    uptime: float | None
    sys_name: str | None
    interfaces: tuple[InterfaceSample, ...]
    neighbours: dict[str, int] | None
    counters_at: float | None

    def interface(self, name: str) -> InterfaceSample | None:
        """The interface of that name."""
        return next((i for i in self.interfaces if i.name == name), None)


@dataclass(frozen=True, slots=True)
class Silence:
    """No answer, and why."""

    device: str
    at: float
    seconds: float
    reason: str


type Poll = Sample | Silence
