"""Reachability computed from the inventory: who can use what, why, and who loses it when something fails."""

from monitoring.reachability.compute import CellKey, Reach, compute
from monitoring.reachability.explain import Explanation, explain
from monitoring.reachability.loss import Loss, loss

__all__ = ["CellKey", "Explanation", "Loss", "Reach", "compute", "explain", "loss"]
