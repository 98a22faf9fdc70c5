"""What several polls in a row say about one device: how long it is silent, which neighbours it has lost."""

from dataclasses import dataclass, field

from monitoring.snmp.oids import OSPF_FULL
from monitoring.snmp.sample import Poll, Sample


@dataclass
class DeviceView:
    """The memory of one device between polls."""

    sample: Sample | None = None
    silent: int = 0
    silent_since: float = 0.0
    """When the first of the unanswered polls was sent (epoch seconds)."""
    known: bool = False
    """Whether it has ever answered, to this process or an earlier one: what was never seen is not missed."""
    missing: dict[str, int] = field(default_factory=dict)
    """Polls since an OSPF neighbour, once seen full, was last seen so; 0 while it is."""

    @property
    def answers(self) -> bool:
        """Whether the last poll was answered."""
        return self.sample is not None and self.silent == 0

    def take(self, poll: Poll) -> None:
        """Learn from a poll."""
        if not isinstance(poll, Sample):
            self.silent_since = self.silent_since if self.silent else poll.at
            self.silent += 1
            return
        self.sample, self.silent, self.known = poll, 0, True
        if poll.neighbours is None:
            return
        full = {address for address, state in poll.neighbours.items() if state == OSPF_FULL}
        for address in full | self.missing.keys():
            self.missing[address] = 0 if address in full else self.missing.get(address, 0) + 1

    def oper(self, interface: str) -> str | None:
        """Operational status of an interface in the last answer; null while the device is silent."""
        found = self.sample.interface(interface) if self.sample is not None and self.silent == 0 else None
        return found.oper if found is not None else None
