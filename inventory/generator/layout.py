"""How many nodes a region needs, and how its sites are shared out among the communes by their people."""

from typing import NamedTuple

from inventory.errors import WrongUsage
from inventory.generator.communes import COMMUNES

SITES_PER_POP = 24
POPS_PER_RING = 6
POPS_PER_CORE = 48
LEAST = 10


class Layout(NamedTuple):
    """Core nodes, and for each commune its PoPs and the sites that hang on them; one site more is the data centre."""

    cores: int
    pops: tuple[int, ...]
    sites: tuple[int, ...]

    @property
    def total(self) -> int:
        """Sites of every class."""
        return 1 + self.cores + sum(self.pops) + sum(self.sites)


def layout(sites: int) -> Layout:
    """The layout with exactly that many sites; WrongUsage below 10."""
    if sites < LEAST:
        raise WrongUsage(f"a region of {sites} sites", fix=f"ask for {LEAST} or more")
    served = sites
    while (found := _with(served)).total > sites:
        served -= max(1, (found.total - sites) // 2)
    spare = sites - found.total
    return found._replace(pops=(found.pops[0] + spare, *found.pops[1:]))


def _with(served: int) -> Layout:
    shares = _shared(served)
    pops = tuple(-(-share // SITES_PER_POP) for share in shares)
    return Layout(max(2, -(-sum(pops) // POPS_PER_CORE)), pops, shares)


def _shared(served: int) -> tuple[int, ...]:
    """Largest remainders."""
    people = sum(c.people for c in COMMUNES)
    exact = [served * c.people / people for c in COMMUNES]
    whole = [int(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda n: (whole[n] - exact[n], n))
    for n in order[: served - sum(whole)]:
        whole[n] += 1
    return tuple(whole)
