"""Sites alike in all that tells what their cells need: worked out once for each kind, whatever the number of sites."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from monitoring.reachability.cells import Mask
from monitoring.reachability.compute import Reach
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.sweep.kernel import Ints
from monitoring.reachability.sweep.needs import Asked, Need


@dataclass(frozen=True, eq=False)
class Profile:
    """Rows of sites with the same needs; ``services`` are the columns they use, ``needs`` what each of them needs.

    ``own`` is the gateway of the sites where it is one and the same and a server sits behind it, else empty.
    """

    rows: Ints
    own: str
    services: Ints
    needs: Sequence[Need]


def profiles(designed: Reach, counted: Mask, asked: Asked) -> Iterator[Profile]:
    """The sites that have counted cells, by kind; ``counted`` is of shape (sites, services)."""
    access, plan = designed.access, designed.access.plan
    works = {family: counted & designed.family(family).mask for family in FAMILIES}
    names = np.stack([_names(designed, family) for family in FAMILIES], axis=1)
    rows = np.flatnonzero(counted.any(axis=1))
    if not len(rows):
        return
    told = np.concatenate([np.packbits(works[f][rows], axis=1) for f in FAMILIES], axis=1)
    told = np.concatenate([told, names[rows].view(np.uint8), plan.group[rows, None].view(np.uint8)], axis=1)
    _, first, kind = np.unique(_words(told), return_index=True, return_inverse=True)
    order = np.argsort(kind, kind="stable")
    for one, members in zip(rows[first], np.split(order, np.cumsum(np.bincount(kind))[:-1]), strict=True):
        services, group = np.flatnonzero(counted[one]), int(plan.group[one])
        known = any(plan.of[family].same_gateway[group].any() for family in FAMILIES)
        origin = access.origins[access.axes.sites[one]]
        assert origin is not None, "a cell that works has an origin"
        answering = [f for f, yes in zip(FAMILIES, names[one], strict=True) if yes]
        needs = [
            asked.need(group, column, [f for f in FAMILIES if works[f][one, column]], answering)
            for column in services.tolist()
        ]
        yield Profile(rows[members], origin.gateway if known else "", services, needs)


def _words(rows: np.typing.NDArray[np.uint8]) -> np.typing.NDArray[np.void]:
    """Each row of octets as one value."""
    return np.ascontiguousarray(rows).view(np.dtype((np.void, rows.shape[1]))).ravel()


def _names(designed: Reach, family: Family) -> Mask:
    """Which sites can talk to the resolver, shape (sites,)."""
    plan, islands = designed.access.plan, designed.islands_of[family]
    of = plan.of[family]
    found = np.zeros(len(plan.group), np.bool_)
    rows = np.flatnonzero((plan.group >= 0) & (plan.gateway >= 0))
    group, gateway, goal = plan.group[rows], plan.gateway[rows], of.goals[-1]
    if goal is None or not len(rows):
        return found
    here, there = islands.label[gateway], int(islands.label[of.gateway[-1]]) if of.gateway[-1] >= 0 else -1
    parts = islands.parts(there)
    meets = [there, *parts, *(n for n, of_it in islands.several.items() if not of_it.isdisjoint(parts))]
    joined = np.isin(here, meets) & (here >= 0) if there >= 0 else np.zeros(len(rows), np.bool_)
    near = of.same_lan[group, -1] | of.same_gateway[group, -1]
    found[rows] = of.permits[group, -1] & (near | joined)
    return found
