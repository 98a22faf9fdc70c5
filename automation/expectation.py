"""What the gate may expect of a change: cells entitled in the target inventory, and cells that must come up."""

from collections.abc import Callable
from datetime import date
from typing import Protocol

from automation.change import Plan
from automation.clock import Clock
from automation.gate import REMEMBERED, Cell, Forecast, Probes, Watch, watch
from automation.settings import ChangeSettings
from automation.store import ChangeStore
from inventory.families import families_between
from inventory.model.network import Network


class Surroundings(Protocol):
    """What the expectation is made of."""

    @property
    def forecast(self) -> Forecast:
        """The reachability engine."""

    @property
    def probes(self) -> Probes:
        """Results of site agents."""

    @property
    def settings(self) -> ChangeSettings:
        """Times."""

    @property
    def store(self) -> ChangeStore:
        """All changes."""

    @property
    def watching(self) -> bool:
        """Whether there can be probes at all."""

    @property
    def clock(self) -> Clock:
        """Where the time comes from."""

    @property
    def today(self) -> Callable[[], date]:
        """The day policies are read for."""


def entitled(network: Network, day: date) -> frozenset[Cell]:
    """Entitled cells of sites that have somebody to look from."""
    sites = [s.slug for s in network.sites if network.vantage(s.slug) is not None]
    services = [s.slug for s in network.services]
    return frozenset((site, service) for site in sites for service in services if network.entitled(site, service, day))


def watched(around: Surroundings, target: Network, plan: Plan) -> Watch:
    """Cells to judge a change by, from the probes of this moment."""
    if not around.watching:
        return Watch(frozenset())
    rights = entitled(target, around.today())
    before, families = around.probes.recent(REMEMBERED), around.probes.recent_families(REMEMBERED)
    kept = {s: seen for s, seen in families.items() if s[:2] in rights and s[2] in families_between(target, *s[:2])}
    oldest = around.clock.wall() - around.settings.fresh_seconds
    return watch(before, rights, _required(around, target, plan) & rights, oldest, kept)


def _required(around: Surroundings, target: Network, plan: Plan) -> frozenset[Cell]:
    """Predicted cells. While nothing was ever confirmed, only those of sites the plan configures."""
    cells = around.forecast(None, target).gained
    if around.store.confirmed():
        return cells
    planned = {target.device[d.name].site for d in plan.devices if d.name in target.device}
    return frozenset(cell for cell in cells if cell[0] in planned)
