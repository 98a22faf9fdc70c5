"""IP families people have: those of the users of a site, and those in which an e-service can be asked."""

from collections.abc import Iterable

from inventory.model.network import Network
from inventory.policy import addresses_of, lan_of

FAMILIES = ("4", "6")


def families_at(network: Network, site: str) -> tuple[str, ...]:
    """IP families of the users of a site, or of the management station; both where nothing is known."""
    if site in network.site:
        agent, lan = network.vantage(site), lan_of(network, site)
        plugs = [i for i in agent.interfaces if i.addresses] if agent is not None else []
        addresses = [a for i in plugs for a in i.addresses] or (list(lan[1].addresses) if lan is not None else [])
        versions: Iterable[int] = {a.version for a in addresses}
    else:
        versions = {block.version for block in addresses_of(network.noc)}
    return _named(versions) or FAMILIES


def families_between(network: Network, site: str, service: str) -> tuple[str, ...]:
    """IP families both the users of a site and an e-service have."""
    there = _named({address.version for address in network.service[service].endpoint.addresses})
    return tuple(family for family in families_at(network, site) if family in there)


def _named(versions: Iterable[int]) -> tuple[str, ...]:
    known = {str(version) for version in versions}
    return tuple(family for family in FAMILIES if family in known)
