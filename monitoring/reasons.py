"""Words for every cell that is not as it should be: outage, drift, wrong model, fault of the probe, or leak."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from monitoring.causes import Causes
from monitoring.cell import Basis, Fault, Observed, Reason, Sight, Verdict
from monitoring.reachability.cells import CellKey
from monitoring.reachability.families import FAMILIES


@dataclass(frozen=True)
class Spread:
    """How far failures that computation does not expect have spread: over sites for a service, over sites for DNS."""

    watched: Counter[str]
    failing: Counter[str]
    sites: int
    nameless: int

    def wide(self, service: str) -> bool:
        """Whether a service fails at most of the sites that should have it."""
        return self.failing[service] >= 2 and 2 * self.failing[service] >= self.watched[service]

    @property
    def no_names(self) -> bool:
        """Whether names fail at most sites."""
        return self.nameless >= 2 and 2 * self.nameless >= self.sites


def spread(causes: Causes, sights: Mapping[CellKey, Sight]) -> Spread:
    """Count over cells that should work and have been probed lately."""
    watched: Counter[str] = Counter()
    failing: Counter[str] = Counter()
    sites: set[str] = set()
    nameless: set[str] = set()
    for (site, service), seen in sights.items():
        if seen.observed in (Observed.OK, Observed.FAILED) and seen.basis is Basis.DIRECT:
            sites.add(site)
            if seen.observed is Observed.FAILED and seen.stage == "dns":
                nameless.add(site)
            if (site, service) in causes.now.cells and (site, service) in causes.access.entitled:
                watched[service] += 1
                failing[service] += seen.observed is Observed.FAILED
    return Spread(watched, failing, len(sites), len(nameless))


@dataclass(frozen=True)
class Reasons:
    """Finds the reason of a cell, given everything that is known."""

    causes: Causes
    spread: Spread

    def of(self, cell: CellKey, verdict: Verdict, seen: Sight) -> Reason | None:
        """The reason of a cell; null for cells that are as they should be and as they are computed."""
        computed = cell in self.causes.now.cells
        match verdict:
            case Verdict.LOST:
                return self._unexpected(cell, seen) if computed else self._expected(cell)
            case Verdict.LEAK:
                return self._leak(cell, computed)
            case Verdict.OK if not computed:
                return self._contradicted(cell)
            case Verdict.BLOCKED if computed:
                text = f"inventory lets it through, but the probe fails at stage {seen.stage}: {seen.text}"
                return Reason(Fault.CONFIG_DRIFT, self._gateway(cell[0]), text)
            case Verdict.UNKNOWN if seen.observed is Observed.STALE and cell in self.causes.access.entitled:
                return Reason(
                    Fault.PROBE_FAULT, f"site:{cell[0]}", "no results, though nothing known to be down explains it"
                )
        return None

    def _expected(self, cell: CellKey) -> Reason:
        """Lost as computed: by something that is down, or already by the inventory itself."""
        if cell in self.causes.designed.cells:
            elements = self.causes.of(cell)
            return Reason(Fault.OUTAGE, elements[0], self.causes.words(elements))
        blocker = self.causes.designed.blocker(*cell)
        assert blocker is not None, "a cell that is not designed has a blocker"
        fault = Fault.MODEL_WRONG if blocker.rule is None else Fault.CONFIG_DRIFT
        return Reason(fault, blocker.element, f"entitled, but the inventory itself rules it out: {blocker.text}")

    def _unexpected(self, cell: CellKey, seen: Sight) -> Reason:
        """Lost though computed to work."""
        site, service = cell
        resolver = self.causes.access.resolver
        if seen.stage is None:
            return Reason(Fault.PROBE_FAULT, f"site:{site}", f"the probe could not run: {seen.text}")
        if seen.stage == "dns" and resolver is not None and self.spread.no_names:
            where = f"at {self.spread.nameless} of {self.spread.sites} sites"
            return Reason(Fault.OUTAGE, f"device:{resolver.host}", f"names are not resolved {where}: {seen.text}")
        if self.spread.wide(service) or seen.stage in ("tls", "http"):
            where = f"at {self.spread.failing[service]} of {self.spread.watched[service]} sites"
            return Reason(Fault.OUTAGE, f"service:{service}", f"fails at stage {seen.stage} {where}: {seen.text}")
        text = f"permitted and connected by the inventory, but fails at stage {seen.stage} from this site: {seen.text}"
        return Reason(Fault.CONFIG_DRIFT, self._gateway(site), text)

    def _leak(self, cell: CellKey, computed: bool) -> Reason:
        talks = [self.causes.access.talk(*cell, family) for family in FAMILIES]
        talk = next((t for t in talks if t is not None and t.blocker is None), next(filter(None, talks), None))
        gateway = self._gateway(cell[0])
        if talk is not None and talk.origin.port == talk.target.port:
            return Reason(
                Fault.LEAK, gateway, "not entitled, but in the same LAN as the server: no filter lies between"
            )
        if computed and talk is not None and talk.rules:
            return Reason(Fault.LEAK, gateway, f"not entitled, but permitted by {talk.rules[0][1].origin}")
        return Reason(
            Fault.LEAK, gateway, "not entitled and denied by zone policy, but it works: the filter is not in force"
        )

    def _contradicted(self, cell: CellKey) -> Reason:
        if cell in self.causes.designed.cells:
            elements = self.causes.of(cell)
            return Reason(Fault.MODEL_WRONG, elements[0], f"works although {self.causes.words(elements)}")
        blocker = self.causes.designed.blocker(*cell)
        assert blocker is not None, "a cell that is not designed has a blocker"
        return Reason(Fault.MODEL_WRONG, blocker.element, f"works although {blocker.text}")

    def _gateway(self, site: str) -> str:
        origin = self.causes.access.origins.get(site)
        return f"device:{origin.gateway}" if origin is not None else f"site:{site}"
