"""Puts the index together from the matrix of a moment and from what was probed before it."""

from sqlalchemy import Engine

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.equality.index import Equality, equality
from monitoring.equality.site_scores import Probed, site_scores
from monitoring.equality.standing import standing
from monitoring.matrix import Matrix
from monitoring.reachability.compute import compute
from monitoring.settings import EqualitySettings
from monitoring.sla.availability import account, milliseconds
from monitoring.sla.figures import hold_seconds
from monitoring.sla.spells import SpellStore

DAY_SECONDS = 86400.0


def read(engine: Engine, network: Network, matrix: Matrix, settings: EqualitySettings | None = None) -> Equality:
    """The index of a network at the moment of its matrix."""
    settings, at = settings or EqualitySettings(), matrix.at
    now = standing(matrix)
    since, hold = at - settings.period_days * DAY_SECONDS, hold_seconds(network)
    scores = site_scores(compute(network, day_at(at)), now, probed(engine, since, at, hold), settings)
    return equality(network, scores, now.basis, (since, at), settings)


def probed(engine: Engine, since: float, until: float, hold: float) -> Probed:
    """Time with and without service of every cell that was probed in a span."""
    span, most = (milliseconds(since), milliseconds(until)), milliseconds(hold)
    spells = SpellStore(engine, hold).read(since, until)
    accounts = {cell: account(of, span, most) for cell, of in spells.items()}
    return {cell: (a.up, a.down) for cell, a in accounts.items() if a.up + a.down}
