"""Traffic on links: where OSPF lays it, and what happens to it when an element fails."""

from monitoring.reachability.loads.demand import Traffic
from monitoring.reachability.loads.measured import measured
from monitoring.reachability.loads.overload import Full, Overload, Overloads, overloads

__all__ = ["Full", "Overload", "Overloads", "Traffic", "measured", "overloads"]
