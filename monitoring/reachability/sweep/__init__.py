"""Who loses what for every single element at once: one walk over the graph instead of one per failure."""

from monitoring.reachability.sweep.atlas import Atlas, Toll, sweep

__all__ = ["Atlas", "Toll", "sweep"]
