"""Two failures at once: pairs of infrastructure that together cost more than both alone."""

from monitoring.reachability.pairs.pair import Pair
from monitoring.reachability.pairs.search import pairs

__all__ = ["Pair", "pairs"]
