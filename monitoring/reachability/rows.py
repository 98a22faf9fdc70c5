"""All cells at once: each group of sites is decided once for each part of the network it may hang on.

There are few such combinations, whatever the number of sites, so the whole matrix is a small table of rows and the
number of the row of each site.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from monitoring.reachability.access import Access
from monitoring.reachability.down import Down
from monitoring.reachability.fabric import Islands
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.labels import Ints, Mask
from monitoring.reachability.plan import FamilyPlan

OFF, APART = 0, 1
"""Places: the gateway is off; it is on, and hangs together with no gateway of a server."""


@dataclass(frozen=True, eq=False)
class Answers:
    """``row`` is the row of each site; ``works`` and ``held`` are by family of shape (rows, services).

    ``held`` tells where both ends have an address of the family. The last row is that of sites that can use nothing.
    """

    row: Ints
    works: Mapping[Family, Mask]
    held: Mapping[Family, Mask]
    stopped: Mapping[Family, Mask | None]
    """What rules in mid-path refuse, of shape (sites, services); null where there are none."""

    def any(self) -> Mask:
        """What works in whichever family, shape (sites, services)."""
        if self.stopped[4] is None and self.stopped[6] is None:
            return np.take(self.works[4] | self.works[6], self.row, axis=0)
        return self.of(4) | self.of(6)

    def of(self, family: Family) -> Mask:
        """What works in a family, shape (sites, services)."""
        works, stopped = np.take(self.works[family], self.row, axis=0), self.stopped[family]
        return works if stopped is None else works & ~stopped

    def has(self, family: Family) -> Mask:
        """Where there are addresses of a family, shape (sites, services)."""
        return np.take(self.held[family], self.row, axis=0)

    def one(self, family: Family, site: int, service: int) -> bool | None:
        """Whether one cell works in a family; null where there are no addresses of it."""
        row, stopped = self.row[site], self.stopped[family]
        works = self.works[family][row, service] and (stopped is None or not stopped[site, service])
        return bool(works) if self.held[family][row, service] else None


def answers(
    access: Access,
    islands: Mapping[Family, Islands],
    down: Down,
    dead: frozenset[str],
    stopped: Mapping[Family, Mask | None],
) -> Answers:
    """Decide every combination of group and places; ``dead`` are e-services that answer nobody."""
    plan, services = access.plan, len(access.axes.services)
    found = {family: places(islands[family], plan.of[family], plan.gateway) for family in FAMILIES}
    sizes = [len(joined) for _, joined in found.values()]
    key = (plan.group * sizes[0] + found[4][0]) * sizes[1] + found[6][0]
    key[plan.group < 0] = -1
    kinds, row = _distinct(key, (int(plan.group.max(initial=-1)) + 1) * sizes[0] * sizes[1])
    group, spots = kinds // (sizes[0] * sizes[1]), {4: kinds // sizes[1] % sizes[0], 6: kinds % sizes[1]}
    talks = {f: _talks(plan.of[f], group, spots[f], found[f][1], down) for f in FAMILIES}
    live = np.array([slug not in dead for slug in access.axes.services], np.bool_)
    names = talks[4][:, -1] | talks[6][:, -1]
    usable = live & (~access.by_name | names[:, None])
    nothing = np.zeros((1, services), np.bool_)
    works = {f: np.concatenate([talks[f][:, :services] & usable, nothing]) for f in FAMILIES}
    held = {f: np.concatenate([plan.of[f].has[group, :services], nothing]) for f in FAMILIES}
    return Answers(row, works, held, stopped)


def places(islands: Islands, plan: FamilyPlan, gateway: Ints) -> tuple[Ints, Mask]:
    """The place of each site, and by place which columns' gateways hang together with it."""
    aims = np.where(plan.gateway >= 0, islands.label[plan.gateway], -1) if len(islands.label) else plan.gateway
    wanted = [int(label) for label in np.unique(aims[aims >= 0])]
    parts = {part for label in wanted for part in islands.parts(label)}
    near = sorted({*parts, *wanted, *(n for n, of in islands.several.items() if not of.isdisjoint(parts))})
    joined = np.zeros((len(near) + 2, len(aims)), np.bool_)
    for place, label in enumerate(near, APART + 1):
        meets = [aim for aim in wanted if not islands.parts(aim).isdisjoint(islands.parts(label))]
        joined[place] = np.isin(aims, meets)
    place_of = np.full(len(islands.label) + len(islands.several) + 1, APART, np.int64)
    place_of[-1] = OFF
    place_of[near] = np.arange(len(near)) + APART + 1
    labels = np.append(islands.label, -1)
    return place_of[labels[gateway]], joined


def _distinct(key: Ints, size: int) -> tuple[Ints, Ints]:
    """The keys that occur, and the number of the key of each site; one more for sites without a key (-1)."""
    occurs = np.zeros(size + 1, np.bool_)
    occurs[key] = True
    occurs[-1] = False
    kinds = np.flatnonzero(occurs)
    number = np.full(size + 1, len(kinds), np.int64)
    number[kinds] = np.arange(len(kinds))
    return kinds, number[key]


def _talks(plan: FamilyPlan, group: Ints, spot: Ints, joined: Mask, down: Down) -> Mask:
    """Which conversations come about, shape (kinds, columns)."""
    on = np.array([goal is not None and goal.target.host not in down.devices for goal in plan.goals], np.bool_)
    near = plan.same_lan[group] | (plan.same_gateway[group] & (spot != OFF)[:, None])
    works: Mask = plan.permits[group] & on & (near | joined[spot])
    return works
