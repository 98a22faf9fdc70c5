"""What was seen at a moment of the past: from single results while they are kept, before that from spells."""

import time

from sqlalchemy import Engine

from monitoring.observation import Latest
from monitoring.observations import ObservationStore
from monitoring.reachability.cells import CellKey
from monitoring.reasons import SUMMED_UP
from monitoring.settings import ProbeSettings, SlaSettings
from monitoring.sla.availability import Spell
from monitoring.sla.spells import SpellStore


def latest_at(engine: Engine, at: float, stale_after: float, pace: ProbeSettings) -> dict[CellKey, Latest]:
    """The newest result of every cell at an instant (epoch seconds)."""
    found = ObservationStore(engine).latest_at(at)
    if at > time.time() - pace.keep_days * 86400:
        return found
    hold = SlaSettings().hold_seconds(stale_after)
    for cell, spells in SpellStore(engine, hold).read(at - hold, at).items():
        begun = [spell for spell in spells if spell.start / 1000 <= at]
        if begun and cell not in found:
            found[cell] = _of(begun[-1], at)
    return found


def _of(spell: Spell, at: float) -> Latest:
    newest, text = min(spell.until / 1000, at), "" if spell.ok else SUMMED_UP
    return Latest(newest, spell.ok, spell.start / 1000, None, None, text, ((newest, spell.ok, None),))
