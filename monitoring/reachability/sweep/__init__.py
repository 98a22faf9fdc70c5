"""Who loses what for every single element at once: one walk over the graph instead of one per failure."""

from monitoring.reachability.sweep.atlas import Atlas, Toll
from monitoring.reachability.sweep.sweeping import sweep

__all__ = ["Atlas", "Toll", "sweep"]
