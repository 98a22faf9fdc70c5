"""The way of one conversation told step by step: users, filters, every hop with its equals, arrival, the way back."""

from dataclasses import dataclass

from inventory.policy import PolicyRule
from monitoring.reachability.compute import Reach
from monitoring.reachability.families import Family
from monitoring.reachability.midpath import Stop
from monitoring.reachability.paths import Edge, Hop, Routes
from monitoring.reachability.places import Blocker, Talk


@dataclass(frozen=True, slots=True)
class Step:
    """One line of an explanation.

    ``equal`` are links of the same cost that may be taken instead; ``rule`` decided, the ``number``-th of its list.
    """

    element: str
    text: str
    ok: bool = True
    equal: tuple[str, ...] = ()
    rule: str | None = None
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One family: whether it works there, the way there and back; ``asymmetric`` when replies take other links."""

    family: Family
    works: bool
    path: tuple[Step, ...]
    back: tuple[Step, ...]
    asymmetric: bool


def way(reach: Reach, talk: Talk) -> Way:
    """Tell the way of a conversation as long as the elements of ``reach`` are down."""
    cut = reach.cut(talk)
    there = _there(reach, talk, cut)
    if cut is not None:
        return Way(talk.family, False, there, (), False)
    if talk.same_lan:
        return Way(talk.family, True, there, (Step(_site(talk), "straight back in the same LAN"),), False)
    hops = _path(reach.routes(talk.target.gateway, talk.family), talk.origin.gateway)
    back = _back(reach, talk, hops)
    links = [hop.link for hop in hops[1:]]
    return Way(talk.family, True, there, (*_hops(back), _home(talk)), links != [hop.link for hop, _ in reversed(back)])


def _there(reach: Reach, talk: Talk, cut: Blocker | None) -> tuple[Step, ...]:
    """The way as far as it goes; the last step is not ok when something cuts it."""
    steps = [Step(_site(talk), _users(talk))]
    if not talk.same_lan and talk.blocker is None:
        steps.append(_sent(reach, talk))
        routes, stop = reach.routes(talk.target.gateway, talk.family), reach.stop(talk)
        hops = _path(routes, talk.origin.gateway, stop)
        steps += [step for hop in _with_equals(routes, hops) for step in _forwarded(reach, talk, *hop)]
        if hops and stop is None and talk.rules:
            steps.append(_let_in(reach, talk))
    if cut is not None:
        return (*steps, Step(cut.element, cut.text, False, rule=cut.rule, number=cut.number))
    return (*steps, Step(f"device:{talk.target.host}", f"{talk.target.host} answers at {talk.target.address}"))


def _users(talk: Talk) -> str:
    if not _hidden(talk):
        return f"users in the LAN {talk.origin.port}"
    seen = f"{talk.flow.source} of {talk.origin.gateway}" if talk.flow.source else f"of {talk.origin.gateway}"
    return f"users in the LAN {talk.origin.port}; they appear with the uplink address {seen} (NAT)"


def _hidden(talk: Talk) -> bool:
    """Whether NAT hides who sent it."""
    return talk.origin.nat and talk.family == 4 and not talk.same_lan


def _sent(reach: Reach, talk: Talk) -> Step:
    """The rule by which the gateway lets out what its users send."""
    gateway, rule = talk.rules[0]
    number = numbered(reach.access.zone(talk.origin.port).outbound, rule)
    permits = f"{gateway} permits it by rule {number} of what its LAN may start ({rule.origin})"
    return Step(f"device:{gateway}", permits, rule=rule.origin, number=number)


def _forwarded(reach: Reach, talk: Talk, hop: Hop, equal: tuple[Edge, ...]) -> list[Step]:
    """One hop, and what the router there says of it if it enforces rules in mid-path."""
    steps = [_hop(hop, equal)] if hop.link is not None else []
    if reach.access.midpath.refusing(talk, hop.device) is None and hop.device in reach.access.midpath.rules:
        steps.append(Step(f"device:{hop.device}", f"{hop.device} enforces rules in mid-path and lets it through"))
    return steps


def _let_in(reach: Reach, talk: Talk) -> Step:
    gateway, rule = talk.rules[1]
    number = numbered(reach.access.zone(talk.target.port).inbound, rule)
    text = f"{gateway} lets it into the LAN of the server by rule {number} ({rule.origin})"
    return Step(f"device:{gateway}", text, rule=rule.origin, number=number)


def _back(reach: Reach, talk: Talk, there: tuple[Hop, ...]) -> list[tuple[Hop, tuple[Edge, ...]]]:
    """The hops of a reply, by its own shortest path; behind NAT it must come to the uplink the question left by."""
    if talk.origin.gateway in reach.access.fabrics[talk.family].leaves and len(there) > 1:
        uplink = there[1]
        routes = reach.routes(uplink.device, talk.family)
        hops = _path(routes, talk.target.gateway)
        last = Hop(talk.origin.gateway, uplink.link, hops[-1].cost + uplink.cost)
        return [*_with_equals(routes, hops)[1:], (last, ())]
    routes = reach.routes(talk.origin.gateway, talk.family)
    return _with_equals(routes, _path(routes, talk.target.gateway))[1:]


def _path(routes: Routes, start: str, stop: Stop | None = None) -> tuple[Hop, ...]:
    """The path to show: the first by name, or one to the router that stops the packet; empty without a way."""
    return (routes.path(start) if stop is None else routes.path_to(start, stop.router)) or ()


def _with_equals(routes: Routes, hops: tuple[Hop, ...]) -> list[tuple[Hop, tuple[Edge, ...]]]:
    """Each hop with the other links its sender might have taken."""
    senders = (None, *(hop.device for hop in hops))
    return [
        (hop, tuple(e for e in routes.hops(sender) if e.link != hop.link) if sender is not None else ())
        for hop, sender in zip(hops, senders, strict=False)
    ]


def _hops(hops: list[tuple[Hop, tuple[Edge, ...]]]) -> tuple[Step, ...]:
    return tuple(_hop(*hop) for hop in hops)


def _hop(hop: Hop, equal: tuple[Edge, ...]) -> Step:
    others = "".join(f"; of equal cost: over {edge.link} to {edge.neighbour}" for edge in equal)
    text = f"over {hop.link} to {hop.device} (OSPF cost {hop.cost}){others}"
    return Step(f"link:{hop.link}", text, equal=tuple(f"link:{edge.link}" for edge in equal))


def _home(talk: Talk) -> Step:
    last = "the uplink address, from there by NAT to the users" if _hidden(talk) else "the LAN"
    return Step(_site(talk), f"to {last} of {talk.origin.site}; replies are always permitted")


def _site(talk: Talk) -> str:
    return f"site:{talk.origin.site}"


def numbered(rules: tuple[PolicyRule, ...], rule: PolicyRule) -> int:
    """Which rule of a list it is, counted from 1."""
    return rules.index(rule) + 1
