"""False redundancy: a new link that fails together with the link it is meant to back up."""

from dataclasses import dataclass
from typing import Any

from inventory.model.network import Network


@dataclass(frozen=True, slots=True)
class Shared:
    """A new link, a link at the same device that it could back up, and the risk groups both are in."""

    link: str
    beside: str
    srgs: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        shape = {"link": f"link:{self.link}", "beside": f"link:{self.beside}"}
        return {**shape, "srgs": [f"srg:{srg}" for srg in self.srgs]}


def shared(before: Network, after: Network) -> tuple[Shared, ...]:
    """Links that are new, or in new risk groups, and share one with another link of the device at their end b."""
    found = []
    for link in after.links:
        old = before.link.get(link.slug)
        if old is not None and (old.srgs, old.devices) == (link.srgs, link.devices):
            continue
        for other in after.links_of[link.devices[1]]:
            if other.slug != link.slug and (common := tuple(srg for srg in link.srgs if srg in other.srgs)):
                found.append(Shared(link.slug, other.slug, common))
    return tuple(found)
