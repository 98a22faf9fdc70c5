"""What would happen: every device's running bundle beside the one it should have, and who would notice."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from automation import bundle
from automation.bundle import Bundle, BundleError
from automation.change import CellName, DevicePlan, Plan, Scope
from automation.commands import commands, dangers
from automation.fleet import Fleet, Missed, addresses
from automation.gate import Cell, Prediction
from automation.session import Session
from inventory.errors import UnknownObject
from inventory.model.network import Network


@dataclass(frozen=True)
class Reading:
    """A device as it was found; ``running`` is null when it was not, ``reason`` says why."""

    running: str | None
    diff: str
    reason: str = ""


def chosen(network: Network, scope: Scope) -> tuple[str, ...]:
    """Configured devices in the scope; UnknownObject for a name the inventory does not know."""
    ours = {d.slug: d.site for d in network.configured()}
    for name in scope.devices:
        if name not in ours:
            raise UnknownObject(
                f"no configured device {name!r}", where=f"device:{name}", fix="see `inventory list devices`"
            )
    for site in scope.sites:
        if site not in network.site:
            raise UnknownObject(f"no site {site!r}", where=f"site:{site}", fix="see `inventory list sites`")
    if not scope.devices and not scope.sites:
        return tuple(ours)
    return tuple(name for name, site in ours.items() if name in scope.devices or site in scope.sites)


def read(fleet: Fleet[Session], candidates: Mapping[str, str], last: Callable[[str], str | None]) -> dict[str, Reading]:
    """Running bundles and differences. A device that does not answer is compared with its ``last`` known bundle."""

    def work(name: str, session: Session) -> Reading:
        return Reading(session.running(), session.compare(candidates[name]))

    readings = {}
    for name, answer in fleet.run(candidates, work).items():
        if isinstance(answer, Missed):
            known = _known(last(name))
            readings[name] = Reading(
                None, bundle.difference(known, Bundle.parse(candidates[name])), answer.error.message
            )
        else:
            readings[name] = answer.value
    return readings


def make(
    network: Network, revision: int, day: date, candidates: Mapping[str, str], readings: Mapping[str, Reading],
    prediction: Prediction,
) -> Plan:  # fmt: skip
    """The plan of these candidates."""
    devices = tuple(_device(network, name, text, readings[name]) for name, text in candidates.items())
    approved = [[d.name, d.candidate, d.diff, d.running is None] for d in devices]
    digest = hashlib.sha256(json.dumps([revision, approved]).encode()).hexdigest()[:12]
    return Plan(
        id=digest, revision=revision, day=day.isoformat(), devices=devices, lost=names(prediction.lost),
        gained=names(prediction.gained), blast=names(prediction.blast),
    )  # fmt: skip


def names(cells: Iterable[Cell]) -> tuple[CellName, ...]:
    """Cells in a stable order."""
    return tuple(CellName(site=site, service=service) for site, service in sorted(cells))


def _device(network: Network, name: str, candidate: str, reading: Reading) -> DevicePlan:
    before, after, platform = _known(reading.running), Bundle.parse(candidate), network.device[name].platform or ""
    told = commands(platform, before, after) if reading.diff else ()
    return DevicePlan(
        name=name, platform=platform, running=reading.running, candidate=candidate, diff=reading.diff, commands=told,
        reason=reading.reason, dangers=dangers(platform, before, after, told, addresses(network, name)),
    )  # fmt: skip


def _known(text: str | None) -> Bundle:
    try:
        return Bundle.parse(text or "")
    except BundleError:
        return Bundle.of({})
