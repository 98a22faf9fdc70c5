"""The cover in force: worked out anew when the inventory, the day, the agents that are heard or the leaks change."""

import threading
import time
from collections.abc import Iterator

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.agents import SiteAgent, site_agents
from monitoring.cover import CellKey, Cover, cover
from monitoring.observations import ObservationStore
from monitoring.probe_plan import alive_after
from monitoring.reachability.compute import access_of
from monitoring.settings import ProbeSettings

LOOK_SECONDS = 10.0


class Planner:
    """Says which cells are planned to be probed directly; safe to share between threads."""

    def __init__(self, observations: ObservationStore, pace: ProbeSettings | None = None) -> None:
        self.pace = pace or ProbeSettings()
        self._observations = observations
        self._lock = threading.Lock()
        self._kept: tuple[float, Network, Cover] | None = None

    def cover(self, network: Network, now: float | None = None) -> Cover:
        """The cover of an inventory, at most ten seconds old. An agent that is not heard is replaced in it."""
        at = time.time() if now is None else now
        with self._lock:
            kept = self._kept
            if kept is None or kept[1] is not network or not 0 <= at - kept[0] < LOOK_SECONDS:
                kept = self._kept = (at, network, self._worked_out(network, at))
            return kept[2]

    def agents(self, network: Network, now: float | None = None) -> Iterator[SiteAgent]:
        """How the agents of an inventory are."""
        at, patience = time.time() if now is None else now, alive_after(network, self.pace)
        return site_agents(network, self._observations.heartbeats(), self._observations.health(), at, patience)

    def _worked_out(self, network: Network, at: float) -> Cover:
        usual = cover(network, day_at(at), self.pace)
        if usual.whole:
            return usual
        heard, patience = self._observations.heartbeats(), alive_after(network, self.pace)
        silent = {site for site in usual.agents if at - heard.get(site, 0.0) > patience}
        return cover(network, day_at(at), self.pace, silent, self._leaks(network, at))

    def _leaks(self, network: Network, at: float) -> Iterator[CellKey]:
        """Cells that work although nobody is entitled: a finding rests on direct probes until it is gone."""
        entitled = access_of(network, day_at(at)).entitled
        return (key for key, seen in self._observations.latest().items() if seen.ok and key not in entitled)
