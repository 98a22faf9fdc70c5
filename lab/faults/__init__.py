"""Breaking things on purpose: what can fail, how, and putting it right again."""

from lab.faults.control import clear_fault, set_fault
from lab.faults.fault import Fault, FaultKind, unknown, without_power
from lab.faults.store import listed

list_faults = listed

__all__ = ["Fault", "FaultKind", "clear_fault", "list_faults", "listed", "set_fault", "unknown", "without_power"]
