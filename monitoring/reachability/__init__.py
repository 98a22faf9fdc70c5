"""Reachability computed from the inventory: who can use what, why, and who loses it when something fails."""

from monitoring.reachability.cells import Axes, CellKey, Cells
from monitoring.reachability.compute import Reach, compute
from monitoring.reachability.explain import Explanation, explain
from monitoring.reachability.forecast import Forecast, forecast
from monitoring.reachability.loss import Loss, loss

__all__ = [
    "Axes",
    "CellKey",
    "Cells",
    "Explanation",
    "Forecast",
    "Loss",
    "Reach",
    "compute",
    "explain",
    "forecast",
    "loss",
]
