"""A real network on one machine, built from the inventory."""

from lab.lifecycle import down, up
from lab.state import LabState, LabStatus, status

__all__ = ["LabState", "LabStatus", "down", "status", "up"]
