"""A pair of elements that hide each other's failure: the redundancy of the network, told by what it hangs on."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """Cells, sites and people lost when both fail; ``alone`` is the sum of the cells that each costs alone."""

    one: str
    other: str
    cells: int
    sites: int
    people: int
    alone: int
