"""Why a site can or cannot use an e-service: names, what the service needs, the way there in each family, and back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from monitoring.reachability.compute import Reach
from monitoring.reachability.families import FAMILIES
from monitoring.reachability.places import Blocker, Talk
from monitoring.reachability.ways import Step, Way, way


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was decided and why; ``decision`` is the element or rule that decides.

    ``path`` and ``back`` are those of the family that works, else of the first there is; ``ways`` are of every family
    both ends have, ``dependencies`` what the e-service needs of others.
    """

    site: str
    service: str
    entitled: bool
    computed: bool
    decision: str
    text: str
    path: tuple[Step, ...]
    back: tuple[Step, ...]
    names: tuple[Step, ...]
    dependencies: tuple[Step, ...]
    ways: tuple[Way, ...]

    def document(self) -> dict[str, Any]:
        """The JSON shape: ``back`` is called ``return``, and ``families`` holds null where there is no address."""
        shape = _renamed(asdict(self))
        ways = {str(found["family"]): _renamed(found) for found in shape.pop("ways")}
        return shape | {"families": {str(family): ways.get(str(family)) for family in FAMILIES}}


def _renamed(shape: dict[str, Any]) -> dict[str, Any]:
    return {("return" if key == "back" else key): value for key, value in shape.items()}


def explain(reach: Reach, site: str, service: str) -> Explanation:
    """Explain one cell under the elements that are down in ``reach``."""
    blocker = reach.blocker(site, service)
    talks = [talk for family in FAMILIES if (talk := reach.access.talk(site, service, family)) is not None]
    ways = {talk.family: way(reach, talk) for talk in talks}
    talk = _used(reach, talks)
    names, needs = _names(reach, site, service), _needs(reach, service)
    steps = list(names)
    if talk is not None and not (names and not names[-1].ok):
        steps += ways[talk.family].path
    if blocker is not None and (not steps or steps[-1].ok):
        steps.append(Step(blocker.element, blocker.text, False, rule=blocker.rule, number=blocker.number))
    decision, text = _decision(blocker, talk, service)
    entitled = reach.access.network.entitled(site, service, reach.access.day)
    back = ways[talk.family].back if blocker is None and talk is not None else ()
    found = (site, service, entitled, blocker is None, decision, text, tuple(steps), back, names, needs)
    return Explanation(*found, tuple(ways.values()))


def _used(reach: Reach, talks: Sequence[Talk]) -> Talk | None:
    """The conversation that comes about, of those in each family; else the first there is."""
    return next((talk for talk in talks if reach.cut(talk) is None), next(iter(talks), None))


def _decision(blocker: Blocker | None, talk: Talk | None, service: str) -> tuple[str, str]:
    if blocker is not None:
        return blocker.rule or blocker.element, blocker.text
    if talk is not None and talk.rules:
        gateway, rule = talk.rules[0]
        return rule.origin, f"permitted on {gateway} by {rule.origin}, and there is a path"
    return f"service:{service}", "in the same LAN: no gateway and no zone policy lies between"


def _names(reach: Reach, site: str, service: str) -> tuple[Step, ...]:
    """Whether the name of the service can be resolved."""
    if not reach.access.needs_names(service) or reach.access.missing(site, service) is not None:
        return ()
    talk = _used(reach, [t for family in FAMILIES if (t := reach.access.names(site, family)) is not None])
    name = reach.access.network.service[service].endpoint.dns_name
    if talk is None:
        return (Step(f"site:{site}", f"{name} cannot be resolved: no IP family in common with the resolver", False),)
    cut = reach.cut(talk)
    if cut is not None:
        return (Step(cut.element, f"{name} cannot be resolved: {cut.text}", False, rule=cut.rule, number=cut.number),)
    return (Step(f"device:{talk.target.host}", f"{talk.target.host} resolves {name}"),)


def _needs(reach: Reach, service: str) -> tuple[Step, ...]:
    """What the service depends on, the nearest first, and whether it gets it."""
    return tuple(
        Step(f"service:{need.asked}", f"{need.asking} needs {need.asked} and gets it")
        if (cut := reach.unmet[need.asking, need.asked]) is None
        else Step(cut.element, f"{need.asking} needs {need.asked}: {cut.text}", False, rule=cut.rule, number=cut.number)
        for need in reach.access.dependencies.get(service, ())
    )
