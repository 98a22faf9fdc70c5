"""What concerns a site: its own things, and everything on the usual ways from it to the e-services."""

from collections.abc import Iterator

from monitoring.reachability.access import Access
from monitoring.reachability.families import FAMILIES
from monitoring.reachability.places import Talk


def concerned(access: Access, site: str) -> frozenset[str]:
    """Elements and circuits (``link:…``, ``device:…``, ``srg:…``, ``service:…``, ``circuit:…``) a site depends on."""
    network = access.network
    if site not in network.site:
        return frozenset()
    found = {f"site:{site}", *(f"device:{device.slug}" for device in network.devices_of.get(site, ()))}
    for talk in _talks(access, site):
        found.add(f"device:{talk.target.host}")
        for hop in access.designed_path(talk.origin.gateway, talk.target.gateway, talk.family):
            found |= {f"device:{hop.device}"} | ({f"link:{hop.link}"} if hop.link is not None else set())
    found |= {f"service:{service}" for service in access.axes.services}
    links = [network.link[name.removeprefix("link:")] for name in found if name.startswith("link:")]
    return frozenset(
        found | {f"srg:{srg}" for link in links for srg in link.srgs} | {f"circuit:{link.circuit}" for link in links}
    )


def _talks(access: Access, site: str) -> Iterator[Talk]:
    for family in FAMILIES:
        talks = [access.talk(site, service, family) for service in access.axes.services]
        yield from (talk for talk in [*talks, access.names(site, family)] if talk is not None)
