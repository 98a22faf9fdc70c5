"""Which entitled cells work now, as far as anybody can say: probes first, computation where there is no agent.

Blind is never up: where a site has an agent, silence counts as not usable, and is told apart from known failure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from inventory.model.device import Role
from monitoring.matrix_build import SAMPLE
from monitoring.observations import Latest
from monitoring.reachability.compute import CellKey, Reach
from monitoring.sightings import FAILED, NEVER, OK, Codes, Seen, Sightings

type Mask = NDArray[np.bool_]


class Grounds(StrEnum):
    """What a figure rests on."""

    OBSERVED = "observed"
    """Probes of site agents; computation only for sites without one."""
    COMPUTED = "computed"
    """Computation alone: no agent was ever heard."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Masks (sites, services): cells that work, and cells that should but about which nobody can say."""

    up: Mask
    blind: Mask
    watched: Mask
    """Sites with an agent."""
    basis: Grounds


def standing(
    reach: Reach, latest: Mapping[CellKey, Latest], heartbeats: Mapping[str, float], now: float, stale_after: float
) -> Standing:
    """Judge every cell at an instant; ``reach`` is computed with everything known to be down taken out."""
    network, axes = reach.access.network, reach.access.axes
    computed = reach.cells.mask
    agents = {device.site for device in network.with_role(Role.AGENT)}
    watched = np.array([site in agents for site in axes.sites], np.bool_)
    if not any(site in agents for site in heartbeats):
        return Standing(computed, np.zeros_like(computed), watched, Grounds.COMPUTED)
    seen = _seen(reach, latest, now, stale_after)
    ok, failed = seen == OK, seen == FAILED
    alive = np.array([now - heartbeats.get(site, -np.inf) <= stale_after for site in axes.sites], np.bool_)
    sampled = (seen == NEVER) & alive[:, None] & computed & _enough(reach, ok)
    up = np.where(watched[:, None], ok | sampled, computed)
    return Standing(up, watched[:, None] & computed & ~up & ~failed, watched, Grounds.OBSERVED)


def _seen(reach: Reach, latest: Mapping[CellKey, Latest], now: float, stale_after: float) -> Codes:
    """What the probes say of each cell."""
    axes = reach.access.axes
    found = Seen(Sightings.of_latest(axes, latest), now, stale_after)
    seen = np.zeros(axes.shape, np.uint8)
    seen.reshape(-1)[found.sightings.place] = found.code
    return seen


def _enough(reach: Reach, ok: Mask) -> Mask:
    """Cells whose class of site has enough good results of the service to speak for the rest."""
    network = reach.access.network
    classes, label = np.unique([network.site[s].site_class for s in reach.access.axes.sites], return_inverse=True)
    counts = np.zeros((len(classes), ok.shape[1]), np.int64)
    np.add.at(counts, label, ok)
    enough: Mask = counts[label] >= SAMPLE
    return enough
