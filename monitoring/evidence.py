"""The facts a reason rests on, as a list that can be checked one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitoring.causes import against
from monitoring.cell import Evidence, Fault, Observed, Reason, Sight
from monitoring.reachability.cells import CellKey
from monitoring.reasons import SUMMED_UP, Reasons


@dataclass(frozen=True, eq=False)
class Witness:
    """Tells what speaks for a reason."""

    reasons: Reasons

    def of(self, cell: CellKey, reason: Reason, seen: Sight) -> tuple[Evidence, ...]:
        """The probe first, then what others see, the state of elements, drift and policy."""
        return (
            *self._probe(cell, seen),
            *self._others(cell, seen),
            *self._elements(cell, reason),
            *self._drift(cell, reason),
            *self._policy(cell, reason),
        )

    def _probe(self, cell: CellKey, seen: Sight) -> Iterator[Evidence]:
        element = f"site:{cell[0]}"
        match seen.observed:
            case Observed.FAILED:
                stage = f"fails at stage {seen.stage}" if seen.stage else "cannot run"
                stage = "fails" if seen.text == SUMMED_UP else stage
                yield Evidence("probe", element, f"the probe {stage}: {seen.text}", seen.since)
            case Observed.OK:
                yield Evidence("probe", element, "the probe succeeds", seen.since)
            case Observed.STALE:
                yield Evidence("probe", element, "the last result", seen.since)
        heard = self.reasons.known.heartbeats.get(cell[0])
        if heard is not None and seen.observed is Observed.STALE:
            yield Evidence("agent", element, "its agent was heard last", heard)

    def _others(self, cell: CellKey, seen: Sight) -> Iterator[Evidence]:
        """How far the failure has spread."""
        reasons, (site, service) = self.reasons, cell
        if seen.observed is not Observed.FAILED:
            return
        spread, row = reasons.spread, reasons.causes.access.axes.site_at[site]
        watched, failing = reasons.watched(service), reasons.failing(service)
        yield Evidence("others", f"service:{service}", f"fails at {failing} of {watched} sites that should have it")
        here = f"{spread.failing_at[row]} of {spread.should_work[row]} that should work at this site fail"
        yield Evidence("others", f"site:{site}", here)
        if seen.stage == "dns":
            text = f"names are not resolved at {spread.nameless} of {spread.sites} sites"
            yield Evidence("others", f"service:{service}", text)

    def _elements(self, cell: CellKey, reason: Reason) -> Iterator[Evidence]:
        """What is down and to blame; where nothing is, when the gateway was last seen up."""
        reasons, known = self.reasons, self.reasons.known
        taken = cell in reasons.causes.designed.cells and cell not in reasons.causes.now.cells
        for element in reasons.causes.of(cell) if taken else ():
            since = known.down[element].since if element in known.down else None
            yield Evidence("element", element, f"down: {against(element, known.down)}", since)
        gateway = reasons.gateway(cell[0])
        if taken or gateway is None or reason.fault is Fault.LEAK:
            return
        element = f"device:{gateway}"
        if element in known.seen and element not in known.down:
            yield Evidence(
                "element", element, "the gateway was looked at and is not known to be down", known.seen[element]
            )

    def _drift(self, cell: CellKey, reason: Reason) -> Iterator[Evidence]:
        if reason.fault is Fault.OUTAGE:
            return
        for device in dict.fromkeys((self.reasons.gateway(cell[0]), self.reasons.far_gateway(cell))):
            found = self.reasons.known.drift.get(device) if device is not None else None
            if found is not None:
                text = found.text if found.drifted else "its configuration is as intended"
                yield Evidence("drift", f"device:{device}", text, found.at)

    def _policy(self, cell: CellKey, reason: Reason) -> Iterator[Evidence]:
        """What the inventory decides, where it is the inventory that is in question."""
        if reason.fault in (Fault.OUTAGE, Fault.PROBE_FAULT):
            return
        gateway = self.reasons.gateway(cell[0])
        element = f"device:{gateway}" if gateway is not None else f"site:{cell[0]}"
        blocker = self.reasons.causes.designed.blocker(*cell)
        if blocker is not None:
            yield Evidence("policy", blocker.element, blocker.text)
        elif (rule := self.reasons.rule(cell)) is not None:
            yield Evidence("policy", element, f"permitted by {rule}")
