"""Words for every cell that is not as it should be: outage, drift, wrong model, fault of the probe, or leak.

The order of the questions is the order of certainty. What is known to be down explains what it takes away. Then the
probe itself is doubted: it could not run, or nothing works from it, not even what lies in its own LAN. Then what fails
at most places at once: names, a server, an e-service. What is left fails at one site only, so something between the
site and the rest is not as the inventory has it: the gateway's configuration, or, where a drift check since then found
that as intended, the inventory.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from monitoring.causes import Causes, words
from monitoring.cell import Fault, Observed, Reason, Sight, Verdict
from monitoring.elements import DownElement
from monitoring.probes.dns import ELSEWHERE
from monitoring.reachability.cells import CellKey
from monitoring.reachability.families import FAMILIES
from monitoring.reachability.places import Blocker, Talk
from monitoring.spread import Spread

LED_ASTRAY = " instead of "
"""In the words of a probe that was given another address than it was told to expect."""

SUMMED_UP = "single results of then are not kept"
"""The words of a failure of long ago, of which only times are known."""

NO_ELEMENTS: Mapping[str, DownElement] = MappingProxyType({})
NO_TIMES: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class DriftFound:
    """What the last drift check found of a device at an instant (epoch seconds)."""

    at: float
    drifted: bool
    text: str = ""


@dataclass(frozen=True, eq=False)
class Known:
    """What is known beside the probes: elements that are down, when elements and agents were seen, drift."""

    down: Mapping[str, DownElement] = NO_ELEMENTS
    seen: Mapping[str, float] = NO_TIMES
    heartbeats: Mapping[str, float] = NO_TIMES
    drift: Mapping[str, DriftFound] = field(default_factory=lambda: MappingProxyType({}))
    """By device."""


@dataclass(frozen=True, eq=False)
class Reasons:
    """Finds the reason of a cell, given everything that is known."""

    causes: Causes
    spread: Spread
    known: Known

    def of(self, cell: CellKey, verdict: Verdict, seen: Sight) -> Reason | None:
        """The reason of a cell; null for cells that are as they should be and as they are computed."""
        computed = cell in self.causes.now.cells
        match verdict:
            case Verdict.LOST if (moved := self._moved(cell, seen)) is not None:
                return moved
            case Verdict.LOST:
                return self._unexpected(cell, seen) if computed else self.expected(cell)
            case Verdict.LEAK:
                return self._leak(cell, computed)
            case Verdict.OK if not computed:
                return self._contradicted(cell)
            case Verdict.BLOCKED if computed:
                return self._unexpected(cell, seen)
            case Verdict.UNKNOWN if seen.observed is Observed.STALE and cell in self.causes.access.entitled:
                return self._silent(cell)
        return None

    def expected(self, cell: CellKey) -> Reason:
        """Lost as computed: by something that is down, or already by the inventory itself."""
        if cell in self.causes.designed.cells:
            return self._outage(self.causes.of(cell))
        blocker = self._ruled_out(cell)
        text = f"entitled, but the inventory itself rules it out: {blocker.text}"
        return Reason(Fault.MODEL_WRONG, blocker.element, text)

    @cached_property
    def _outages(self) -> dict[tuple[str, ...], Reason]:
        return {}

    def _outage(self, elements: tuple[str, ...]) -> Reason:
        if elements not in self._outages:
            text = words(elements, self.known.down)
            fault = Fault.MODEL_WRONG if len(elements) == 1 and ELSEWHERE in text else Fault.OUTAGE
            self._outages[elements] = Reason(fault, elements[0], text)
        return self._outages[elements]

    def _moved(self, cell: CellKey, seen: Sight) -> Reason | None:
        """Whether the name of the e-service leads elsewhere than the inventory says: then it may well work there."""
        if seen.observed is not Observed.FAILED or seen.stage != "dns" or LED_ASTRAY not in seen.text:
            return None
        return Reason(Fault.MODEL_WRONG, f"service:{cell[1]}", f"the inventory has another address: {seen.text}")

    def _unexpected(self, cell: CellKey, seen: Sight) -> Reason:
        """It fails though computed to work."""
        return self._probe(cell, seen) or self._server(cell, seen) or self._between(cell, seen)

    def _probe(self, cell: CellKey, seen: Sight) -> Reason | None:
        """Whether the probe is to be doubted before the network is."""
        site, service = cell
        element = f"site:{site}"
        if seen.stage is None and seen.text != SUMMED_UP:
            return Reason(Fault.PROBE_FAULT, element, f"the probe could not run: {seen.text}")
        if self._nothing_works(site) and self._own_lan_fails(site):
            text = f"nothing works from its agent, not even in its own LAN: {seen.text}"
            return Reason(Fault.PROBE_FAULT, element, text)
        if seen.stage == "tls" and self.spread.handshakes_at[self._row(site)] >= 2 and not self._wide(service):
            text = (
                f"only this agent refuses certificates, so its clock or its list of authorities is wrong: {seen.text}"
            )
            return Reason(Fault.PROBE_FAULT, element, text)
        return None

    def _server(self, cell: CellKey, seen: Sight) -> Reason | None:
        """Whether it fails at most places at once, or the server itself answers that it cannot."""
        service, spread = cell[1], self.spread
        resolver = self.causes.access.resolver
        if seen.stage == "dns" and ELSEWHERE in seen.text:
            return Reason(Fault.MODEL_WRONG, f"service:{service}", f"its name leads elsewhere: {seen.text}")
        if seen.stage == "dns" and resolver is not None and spread.no_names:
            where = f"at {spread.nameless} of {spread.sites} sites"
            return Reason(Fault.OUTAGE, f"device:{resolver.host}", f"names are not resolved {where}: {seen.text}")
        if not self._wide(service) and seen.stage not in ("tls", "http"):
            return None
        where = f"at {self.failing(service)} of {self.watched(service)} sites"
        text = f"{_how(seen)} {where}: {seen.text}"
        far = self.far_gateway(cell)
        if seen.stage == "tcp" and far is not None and self._drifted(far):
            return Reason(Fault.CONFIG_DRIFT, f"device:{far}", f"{text}; {self.known.drift[far].text}")
        host = self.causes.access.network.service[service].host
        if host in self._dead_hosts:
            return Reason(Fault.OUTAGE, f"device:{host}", f"every e-service of {host} {text}")
        return Reason(Fault.OUTAGE, f"service:{service}", text)

    def _between(self, cell: CellKey, seen: Sight) -> Reason:
        """It fails at this site only: something between the site and the rest is not as the inventory has it."""
        site = cell[0]
        gateway, far = self.gateway(site), self.far_gateway(cell)
        failing, should = (int(n[self._row(site)]) for n in (self.spread.failing_at, self.spread.should_work))
        text = f"permitted and connected by the inventory, but {_how(seen)} from this site: {seen.text}"
        if failing > 1:
            text = f"{text}; so do {failing} of the {should} that should work here"
        for device in (gateway, far):
            if device is not None and self._drifted(device):
                return Reason(Fault.CONFIG_DRIFT, f"device:{device}", f"{text}; {self.known.drift[device].text}")
        element = f"device:{gateway}" if gateway is not None else f"site:{site}"
        if not self._as_intended(gateway, seen) or not self._as_intended(far, seen):
            return Reason(Fault.CONFIG_DRIFT, element, text)
        intended = "the configuration of the gateways is as intended"
        if self._nothing_works(site):
            return Reason(
                Fault.PROBE_FAULT, f"site:{site}", f"nothing works from its agent, though {intended}: {seen.text}"
            )
        return Reason(Fault.MODEL_WRONG, element, f"{text}; {intended}, so the inventory is not")

    def _leak(self, cell: CellKey, computed: bool) -> Reason:
        gateway = self._gateway_element(cell[0])
        if self.at_home(cell):
            text = "not entitled, but in the same LAN as the server: no filter lies between"
        elif computed and (rule := self.rule(cell)) is not None:
            text = f"not entitled, but permitted by {rule}"
        else:
            text = "not entitled and denied by zone policy, but it works: the filter is not in force"
        return Reason(Fault.LEAK, gateway, text)

    def _contradicted(self, cell: CellKey) -> Reason:
        if cell in self.causes.designed.cells:
            elements = self.causes.of(cell)
            return Reason(Fault.MODEL_WRONG, elements[0], f"works although {words(elements, self.known.down)}")
        blocker = self._ruled_out(cell)
        return Reason(Fault.MODEL_WRONG, blocker.element, f"works although {blocker.text}")

    def _silent(self, cell: CellKey) -> Reason:
        text = "no results, though nothing known to be down explains it"
        return Reason(Fault.PROBE_FAULT, f"site:{cell[0]}", text)

    def families(self, cell: CellKey) -> dict[str, bool | None]:
        """Whether the cell is computed to work per IP version, null where an end has no address of it."""
        return self.causes.now.families(*cell)

    def gateway(self, site: str) -> str | None:
        """The gateway of a site's LAN."""
        origin = self.causes.access.origins.get(site)
        return origin.gateway if origin is not None else None

    def far_gateway(self, cell: CellKey) -> str | None:
        """The gateway of the server's LAN."""
        talk = self.talk(cell)
        return talk.target.gateway if talk is not None else None

    def talk(self, cell: CellKey) -> Talk | None:
        """The conversation with the server, in the first family both ends have."""
        talks = (self.causes.access.talk(*cell, family) for family in FAMILIES)
        return next((talk for talk in talks if talk is not None), None)

    def rule(self, cell: CellKey) -> str | None:
        """The rule that lets a cell through."""
        talk = self.talk(cell)
        return talk.rules[0][1].origin if talk is not None and talk.rules else None

    def at_home(self, cell: CellKey) -> bool:
        """Whether the server is in the site's own LAN."""
        talk = self.talk(cell)
        return talk is not None and talk.same_lan

    def watched(self, service: str) -> int:
        """Sites that should have a service and were heard of lately."""
        return int(self.spread.watched[self.causes.access.axes.service_at[service]])

    def failing(self, service: str) -> int:
        """Those of them at which it fails."""
        return int(self.spread.failing[self.causes.access.axes.service_at[service]])

    @cached_property
    def _dead_hosts(self) -> frozenset[str]:
        """Hosts of several watched e-services all of which fail widely."""
        of: dict[str, list[bool]] = {}
        for service in self.causes.access.network.services:
            if self.watched(service.slug):
                of.setdefault(service.host, []).append(self._wide(service.slug))
        return frozenset(host for host, wide in of.items() if len(wide) > 1 and all(wide))

    def _own_lan_fails(self, site: str) -> bool:
        services = self.causes.access.axes.services
        return any(self.spread.fails(self._row(site), n) and self.at_home((site, v)) for n, v in enumerate(services))

    def _nothing_works(self, site: str) -> bool:
        row = self._row(site)
        return bool(self.spread.failing_at[row] >= 2 and not self.spread.working_at[row])

    def _row(self, site: str) -> int:
        return self.causes.access.axes.site_at[site]

    def _wide(self, service: str) -> bool:
        return bool(self.spread.wide[self.causes.access.axes.service_at[service]])

    def _drifted(self, device: str) -> bool:
        found = self.known.drift.get(device)
        return found is not None and found.drifted

    def _as_intended(self, device: str | None, seen: Sight) -> bool:
        """Whether a drift check since the failure began found nothing."""
        found = self.known.drift.get(device) if device is not None else None
        return found is not None and not found.drifted and found.at >= (seen.since or 0.0)

    def _gateway_element(self, site: str) -> str:
        gateway = self.gateway(site)
        return f"device:{gateway}" if gateway is not None else f"site:{site}"

    def _ruled_out(self, cell: CellKey) -> Blocker:
        blocker = self.causes.designed.blocker(*cell)
        assert blocker is not None, "a cell that is not designed has a blocker"
        return blocker


def _how(seen: Sight) -> str:
    return f"fails at stage {seen.stage}" if seen.stage is not None else "fails"
