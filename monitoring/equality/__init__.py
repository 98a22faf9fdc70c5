"""Equal access: who can use less than others, of what, how fast and how safely; one index, documented and published."""

from monitoring.equality.grouping import By
from monitoring.equality.index import Equality, Standpoint
from monitoring.equality.overview import overview
from monitoring.equality.reading import read

__all__ = ["By", "Equality", "Standpoint", "overview", "read"]
