"""All cells of a network after a failure, with rules in mid-path: e-services alike at every site are judged as one.

This is what ``compute`` does, for many failures of routers and links in a row. Servers stay on; what the servers need
of one another is judged as well.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence

import numpy as np

from monitoring.reachability.access import Access
from monitoring.reachability.cells import Mask
from monitoring.reachability.compute import Reach
from monitoring.reachability.dependencies import Dependency
from monitoring.reachability.down import Down
from monitoring.reachability.fabric import Islands
from monitoring.reachability.families import FAMILIES, Family
from monitoring.reachability.places import Talk
from monitoring.reachability.rows import OFF, places
from monitoring.reachability.sweep.crossings import Crossings, Question
from monitoring.reachability.sweep.kernel import Ints

type Bits = Sequence[Ints]


class Ruled:
    """The counted cells of a network; ``questions`` are what they ask about routers in mid-path."""

    def __init__(self, designed: Reach, counted: Mask, people: Ints) -> None:
        self._access, self.questions = designed.access, list[Question]()
        self._rows = np.flatnonzero(counted.any(axis=1))
        self._people = people[self._rows]
        self._columns, self._count = _alike(self._access, counted)
        self._counted = counted[self._rows][:, self._columns[:-1]]
        self._by_name = self._access.by_name[self._columns[:-1]]
        self._gateway = self._access.plan.gateway[self._rows]
        self._families = {family: _Family(self._access, family, self._rows, self._columns) for family in FAMILIES}
        self._blocks = {family: list(self._asked(family)) for family in FAMILIES}
        self._needs = _Needs(self._access, [self._access.axes.services[k] for k in self._columns[:-1].tolist()])
        for talk, routers in self._needs.refused:
            node = np.array([self._access.fabric.number[talk.origin.gateway]], np.int64)
            self._needs.question[id(talk)] = len(self.questions)
            self.questions.append(Question(talk.family, talk.target.gateway, routers, node))

    def lost(self, down: Down, crossings: Crossings, bits: Bits) -> tuple[int, int, int, int]:
        """Cells, sites, people and e-services lost with these routers and links down; paths cross what ``bits`` say."""
        four, six = (self._access.fabrics[family] for family in FAMILIES)
        islands = four.islands(down)
        of: dict[Family, Islands] = {4: islands, 6: islands if six is four else six.islands(down)}
        talks = [self._talks(family, of[family], crossings, bits) for family in FAMILIES]
        works = talks[0] | talks[1]
        works[:, :-1] &= ~self._by_name | works[:, -1:]
        works[:, :-1] &= self._needs.met(of, crossings, bits)
        lost = self._counted & ~works[:, :-1]
        sites = lost.any(axis=1)
        cells, services = lost.sum(axis=0) @ self._count, lost.any(axis=0) @ self._count
        return int(cells), int(sites.sum()), int(self._people[sites].sum()), int(services)

    def _talks(self, family: Family, islands: Islands, crossings: Crossings, bits: Bits) -> Mask:
        """Conversations that come about in a family, shape (rows, classes and the resolver)."""
        of = self._families[family]
        way = of.way(islands)
        for question, rows, classes in self._blocks[family]:
            hit = crossings.answer(question, bits, self._gateway[rows])
            way[np.ix_(rows[hit], classes)] = False
        works: Mask = of.permits & (of.same_lan | way)
        return works

    def _asked(self, family: Family) -> Iterator[tuple[int, Ints, Ints]]:
        """Rows and classes that a set of routers refuses, with the question for them; counted cells are among them."""
        stops, of = self._access.midpath.stops.get(family), self._families[family]
        if stops is None:
            return
        names = list(self._access.fabric.number)
        for kind, denied in enumerate(stops.denied):
            rows = np.flatnonzero((stops.kind[self._rows] == kind) & (self._gateway >= 0))
            for routers, columns in denied.items():
                among = np.flatnonzero(np.isin(self._columns[:-1], columns) & (of.end[:-1] >= 0))
                for end in np.unique(of.end[among]).tolist():
                    classes = among[of.end[among] == end]
                    if self._counted[np.ix_(rows, classes)].any():
                        yield len(self.questions), rows, classes
                        self.questions.append(Question(family, names[end], routers, self._gateway[rows]))


class _Family:
    """What inventory decides in a family, shape (rows, classes and the resolver)."""

    def __init__(self, access: Access, family: Family, rows: Ints, columns: Ints) -> None:
        self._of, self._plan, self._rows, self._columns = access.plan.of[family], access.plan, rows, columns
        there = np.array([self._of.goals[column] is not None for column in columns.tolist()], np.bool_)
        group = access.plan.group[rows]
        self.permits = self._of.permits[group][:, columns] & there
        self.same_lan = self._of.same_lan[group][:, columns]
        self._near = self._of.same_gateway[group][:, columns]
        self.end = self._of.gateway[columns]

    def way(self, islands: Islands) -> Mask:
        """Where the gateways of both ends are on and hang together."""
        place, joined = places(islands, self._of, self._plan.gateway)
        found: Mask = np.take(joined[:, self._columns], place[self._rows], axis=0)
        found |= self._near & (place[self._rows] != OFF)[:, None]
        return found


class _Needs:
    """What the servers of each class need of one another."""

    def __init__(self, access: Access, services: Sequence[str]) -> None:
        needs = [access.dependencies.get(service, ()) for service in services]
        self._needs = [[(need.asking, need.asked) for need in of] for of in needs]
        asked = {need for of in self._needs for need in of}
        self._talks = {need: list(_talks(access, *need)) for need in asked}
        refusing = [(talk, _refusing(access, talk)) for talks in self._talks.values() for talk in talks]
        self.refused = [(talk, routers) for talk, routers in refusing if routers]
        self.question: dict[int, int] = {}
        """The question about each conversation that is refused somewhere, by its identity."""

        self._number = access.fabric.number

    def met(self, islands: Mapping[Family, Islands], crossings: Crossings, bits: Bits) -> Mask:
        """Classes all needs of which are met, shape (classes,)."""

        def works(talk: Talk) -> bool:
            if talk.same_lan:
                return True
            if not islands[talk.family].joined(talk.origin.gateway, talk.target.gateway):
                return False
            node = np.array([self._number[talk.origin.gateway]], np.int64)
            asked = self.question.get(id(talk))
            return asked is None or not crossings.answer(asked, bits, node)[0]

        met = {need: any(map(works, talks)) for need, talks in self._talks.items()}
        return np.array([all(met[need] for need in of) for of in self._needs], np.bool_)


def _talks(access: Access, asking: str, asked: str) -> Iterator[Talk]:
    """Conversations of two servers that inventory permits; none where it does not let the other one answer."""
    wanted = access.network.service.get(asked)
    if wanted is not None and wanted.in_force(access.day):
        for family in FAMILIES:
            talk = access.needed(asking, asked, family)
            if talk is not None and talk.blocker is None:
                yield talk


def _refusing(access: Access, talk: Talk) -> frozenset[str]:
    """Routers in mid-path that refuse a conversation which comes by."""
    if talk.same_lan or talk.origin.gateway not in access.fabric.number:
        return frozenset()
    return frozenset(r for r in access.midpath.rules if access.midpath.refusing(talk, r) is not None)


def _alike(access: Access, counted: Mask) -> tuple[Ints, Ints]:
    """One e-service of each class and behind them the resolver; how many e-services are in each class.

    E-services of a class work at the same sites whatever fails on the way: the same cells are counted, the same
    filters, gateways, needs and rules in mid-path decide them.
    """
    classes: dict[Hashable, list[int]] = {}
    for column in np.flatnonzero(counted.any(axis=0)).tolist():
        classes.setdefault(_told(access, counted, column), []).append(column)
    columns = [members[0] for members in classes.values()]
    return np.array([*columns, counted.shape[1]], np.int64), np.array([len(of) for of in classes.values()], np.int64)


def _told(access: Access, counted: Mask, column: int) -> Hashable:
    needs: Sequence[Dependency] = access.dependencies.get(access.axes.services[column], ())
    found: list[Hashable] = [counted[:, column].tobytes(), bool(access.by_name[column]), tuple(needs)]
    for family in FAMILIES:
        of, stops = access.plan.of[family], access.midpath.stops.get(family)
        found += [of.goals[column] is not None, int(of.gateway[column])]
        found += [part[:, column].tobytes() for part in (of.permits, of.same_lan, of.same_gateway)]
        denied = stops.denied if stops is not None else ()
        found.append(tuple(routers for kind in denied for routers, columns in kind.items() if column in columns))
        found.append(tuple(any(column in columns for columns in kind.values()) for kind in denied))
    return tuple(found)
