"""Why a site can or cannot use an e-service: the path there hop by hop, the rules on it, and the way back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from monitoring.reachability.compute import Reach
from monitoring.reachability.families import FAMILIES
from monitoring.reachability.paths import Hop
from monitoring.reachability.places import Blocker, Origin, Talk


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation."""

    element: str
    text: str
    ok: bool = True


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was decided and why; ``decision`` is the element or rule that decides."""

    site: str
    service: str
    entitled: bool
    computed: bool
    decision: str
    text: str
    path: tuple[Step, ...]
    back: tuple[Step, ...]

    def document(self) -> dict[str, Any]:
        """The JSON shape: ``back`` is called ``return``."""
        shape = asdict(self)
        return {("return" if key == "back" else key): value for key, value in shape.items()}


def explain(reach: Reach, site: str, service: str) -> Explanation:
    """Explain one cell under the elements that are down in ``reach``."""
    blocker = reach.blocker(site, service)
    talk = used(reach, [reach.access.talk(site, service, family) for family in FAMILIES])
    names = _names(reach, site, service)
    steps = list(names)
    if talk is not None and not (names and not names[-1].ok):
        steps += _there(reach, talk)
    if blocker is not None and (not steps or steps[-1].ok):
        steps.append(Step(blocker.element, blocker.text, False))
    decision, text = _decision(blocker, talk, service)
    entitled = reach.access.network.entitled(site, service, reach.access.day)
    back = _back(reach, talk) if blocker is None and talk is not None else ()
    return Explanation(site, service, entitled, blocker is None, decision, text, tuple(steps), back)


def used(reach: Reach, talks: Sequence[Talk | None]) -> Talk | None:
    """The conversation that comes about, of those in each family; else the first there is."""
    there = [talk for talk in talks if talk is not None]
    return next((talk for talk in there if reach.cut(talk) is None), there[0] if there else None)


def _decision(blocker: Blocker | None, talk: Talk | None, service: str) -> tuple[str, str]:
    if blocker is not None:
        return blocker.rule or blocker.element, blocker.text
    if talk is not None and talk.rules:
        gateway, rule = talk.rules[0]
        return rule.origin, f"permitted on {gateway} by {rule.origin}, and there is a path"
    return f"service:{service}", "in the same LAN: no gateway and no zone policy lies between"


def _names(reach: Reach, site: str, service: str) -> list[Step]:
    if not reach.access.needs_names(service) or reach.access.missing(site, service) is not None:
        return []
    talk = used(reach, [reach.access.names(site, family) for family in FAMILIES])
    cut = reach.cut(talk)
    name = reach.access.network.service[service].endpoint.dns_name
    if cut is not None:
        return [Step(cut.element, f"{name} cannot be resolved: {cut.text}", False)]
    return [Step(f"device:{talk.target.host}", f"{talk.target.host} resolves {name}")] if talk is not None else []


def _there(reach: Reach, talk: Talk) -> list[Step]:
    cut, origin = reach.cut(talk), talk.origin
    steps = [Step(f"site:{origin.site}", _users(origin))]
    if origin.port == talk.target.port:
        return [*steps, *_arrival(talk, cut)]
    for gateway, rule in talk.rules[:1]:
        steps.append(Step(f"device:{gateway}", f"{gateway} permits it by {rule.origin}"))
    path = reach.access.fabrics[talk.family].path(origin.gateway, talk.target.gateway, reach.down)
    if talk.blocker is None and path is not None:
        steps += [_hop(hop) for hop in path[1:]]
    return [*steps, *_arrival(talk, cut)]


def _users(origin: Origin) -> str:
    if origin.nat:
        return f"users in the LAN {origin.port}; they appear with the uplink address of {origin.gateway} (NAT)"
    return f"users in the LAN {origin.port}"


def _hop(hop: Hop) -> Step:
    return Step(f"link:{hop.link}", f"over {hop.link} to {hop.device} (OSPF cost {hop.cost})")


def _arrival(talk: Talk, cut: Blocker | None) -> list[Step]:
    if cut is not None:
        return [Step(cut.element, cut.text, False)]
    return [Step(f"device:{talk.target.host}", f"{talk.target.host} answers at {talk.target.address}")]


def _back(reach: Reach, talk: Talk) -> tuple[Step, ...]:
    if talk.origin.port == talk.target.port:
        return (Step(f"site:{talk.origin.site}", "straight back in the same LAN"),)
    path = reach.access.fabrics[talk.family].path(talk.target.gateway, talk.origin.gateway, reach.down) or ()
    last = "the uplink address, from there by NAT" if talk.origin.nat else "the LAN"
    end = Step(f"site:{talk.origin.site}", f"to {last} of {talk.origin.site}; replies are always permitted")
    return (*[_hop(hop) for hop in path[1:]], end)
