"""Cells that come and go: shown as they are, marked, and one incident instead of many."""

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.alerts.incidents import Incident, incidents_of
from monitoring.cell import Observed, Verdict
from monitoring.elements import DownElement
from monitoring.matrix import Matrix
from monitoring.matrix_build import build
from monitoring.matrix_changes import changed
from monitoring.observation import Latest, Observation, merged
from monitoring.reachability.compute import access_of, compute
from monitoring.sightings_feed import SightingsFeed
from tests.support.small_network import village

T, STALE, PERIOD = 1_780_300_000.0, 6.0, 2.0
ONE = ("one", "wbo")
NETWORK: Network = village()


class Scene:
    """A village whose cells are probed every two seconds, one of them through an uplink that comes and goes."""

    def __init__(self) -> None:
        self.feed, self.at = SightingsFeed(), T
        truth = compute(NETWORK, day_at(T))
        self.truth = {(s, v.slug): truth(s, v.slug) for s in ("one", "two", "spot") for v in NETWORK.services}
        self.latest: dict[tuple[str, str], Latest] = {}
        self.incidents: tuple[Incident, ...] = ()

    def look(self, up: bool) -> Matrix:
        """A round of probes and a look at it; twice, since one failure is none."""
        for _ in range(2):
            self.at += PERIOD
            fresh = {}
            for key, works in self.truth.items():
                ok = works and (up or key != ONE)
                result = Observation(key[1], self.at, ok, None if ok else "tcp", 1.0, "" if ok else "no answer")
                fresh[key] = merged({key[1]: self.latest[key]} if key in self.latest else {}, [result])[key[1]]
            self.latest = {**self.latest, **fresh}
        down = {} if up else {"link:pop-one": DownElement("link:pop-one", self.at, "port is down")}
        axes = access_of(NETWORK, day_at(self.at)).axes
        sightings = self.feed.arrange(axes, self.latest)
        found = build(NETWORK, sightings, down, {}, self.at, STALE, flapping=self.feed.flapping(self.at))
        self.incidents = incidents_of(found, NETWORK, self.incidents)
        return found


def test_a_cell_that_comes_and_goes_is_one_incident() -> None:
    scene = Scene()
    causes, marked, verdicts = [], [], []
    for number in range(12):
        found = scene.look(up=number % 2 == 0)
        causes.append([incident.cause for incident in scene.incidents])
        marked.append(found.cell[ONE].flapping)
        verdicts.append(found.cell[ONE].verdict)
    assert verdicts == [Verdict.OK, Verdict.LOST] * 6, "shown as it is"
    assert marked == [False] * 7 + [True] * 5
    assert causes == [[], ["link:pop-one"]] * 3 + [[]] + [["link:pop-one"]] * 5
    assert [c.flapping for c in found.cells].count(True) == 1
    for _ in range(60):
        found = scene.look(up=True)
    assert not found.flapping and scene.incidents == ()


def test_arrays_kept_between_looks_are_those_made_anew() -> None:
    scene = Scene()
    for up in (True, False, False, True):
        kept = scene.look(up)
        anew = build(NETWORK, scene.latest, kept.reasons.known.down, {}, scene.at, STALE, flapping=kept.flapping)
        assert list(kept.cells) == list(anew.cells)
        assert not len(changed(anew, kept))
    scene.latest = {key: cell for key, cell in scene.latest.items() if key != ONE}
    assert scene.look(True).cell[ONE].observed is Observed.OK


def test_what_changed_between_two_looks_is_found_in_the_arrays() -> None:
    scene = Scene()
    before, after = scene.look(True), scene.look(False)
    told = {(after.cells[place].site, after.cells[place].service) for place in changed(before, after).tolist()}
    assert told == {("one", service) for service in ("edms", "wbo", "internet")}, "computed changed, or what is seen"
    assert len(changed(before.part(["two"]), after)) == after.observed.size
    assert not len(changed(before.part(["two"]), after.part(["two"])))
