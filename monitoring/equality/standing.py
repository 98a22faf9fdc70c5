"""Which entitled cells work, as far as anybody can say: the matrix where a site has an agent, computation elsewhere.

Blind is never up: where a site has an agent, silence counts as not usable, and is told apart from known failure.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from monitoring.cell import Verdict
from monitoring.matrix import VERDICT_CODE, Matrix
from monitoring.sightings import NEVER, Bits


class Grounds(StrEnum):
    """What figures rest on."""

    OBSERVED = "observed"
    """Probes of site agents; computation only for sites without one."""
    COMPUTED = "computed"
    """Computation alone: no agent has ever told anything."""


@dataclass(frozen=True, eq=False)
class Standing:
    """Masks (sites, services): entitled cells that work, and those that should but about which nobody can say."""

    up: Bits
    blind: Bits
    watched: Bits
    """Sites with an agent, shape (sites,)."""
    basis: Grounds


def standing(matrix: Matrix) -> Standing:
    """Judge every entitled cell of a matrix."""
    watched = np.array([site in matrix.vantages for site in matrix.sites], np.bool_)
    due = matrix.entitled & matrix.computed
    if not (matrix.observed[watched] != NEVER).any():
        return Standing(due, np.zeros_like(due), watched, Grounds.COMPUTED)
    seen = watched[:, None]
    up = np.where(seen, matrix.verdict == VERDICT_CODE[Verdict.OK], due)
    blind = seen & matrix.entitled & (matrix.verdict == VERDICT_CODE[Verdict.UNKNOWN])
    return Standing(up, blind, watched, Grounds.OBSERVED)
