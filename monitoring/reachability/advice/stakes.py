"""What stands where: people times e-services at each gateway, grouped by what must hang together with it to work."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from monitoring.reachability.access import Access
from monitoring.reachability.compute import Reach
from monitoring.reachability.loads.usage import Usage, usage


@dataclass(frozen=True, slots=True)
class Need:
    """Gateways that must hang together with the users, and hosts that must be on."""

    gateways: frozenset[str]
    hosts: frozenset[str]


@dataclass(frozen=True)
class Stakes:
    """``at[device][need]``: person-services, the people of the sites there times the e-services they use."""

    at: Mapping[str, Mapping[Need, int]]
    needs: tuple[Need, ...]


def stakes(reach: Reach) -> Stakes:
    """Weigh the cells that are entitled and work; users in the LAN of a server need no network and are left out."""
    access, used = reach.access, usage(reach)
    needs = [_need(access, service) for service in used.services]
    at: dict[str, dict[Need, int]] = defaultdict(lambda: defaultdict(int))
    for row, site in enumerate(used.sites):
        people, port = access.network.site[site].people_served, _port(access, used, row)
        for column in used.works[row].nonzero()[0] if people else ():
            need, target = needs[column], access.targets[used.services[column]]
            if need is not None and target is not None and target.port != port:
                at[used.gateways[row]][need] += people
    return Stakes(at, tuple(dict.fromkeys(need for held in at.values() for need in held)))


def _port(access: Access, used: Usage, row: int) -> str:
    origin = access.origins[used.sites[row]]
    return origin.port if origin is not None else ""


def _need(access: Access, service: str) -> Need | None:
    """The server, the name server where names are needed, and everything the e-service depends on."""
    behind = [service, *(d.asked for d in access.dependencies.get(service, ()))]
    targets = [access.targets.get(name) for name in behind]
    if access.needs_names(service):
        targets.append(access.resolver)
    if any(target is None for target in targets):
        return None
    known = [target for target in targets if target is not None]
    return Need(frozenset(t.gateway for t in known), frozenset(t.host for t in known))
