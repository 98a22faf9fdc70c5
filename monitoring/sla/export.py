"""The results behind one figure as CSV, one line each: enough for anybody to work the figure out again.

``deploy/recompute_sla.py`` does so with Python's standard library alone.
"""

import csv
import io
from collections.abc import Iterator

from sqlalchemy import Engine

from monitoring.cell import instant
from monitoring.reachability.cells import CellKey
from monitoring.sla.figures import Month
from monitoring.sla.spells import SpellStore

HEADER = ("kind", "from", "until", "value")
_FORMULA = ("=", "+", "-", "@")


def raw(engine: Engine, month: Month, cell: CellKey) -> str:
    """The span, the rule's ``hold`` in milliseconds, the target, the windows left out, then every result in order.

    A result that is no longer kept singly is part of a line that runs from the first to the last of equal ones.
    """
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(_lines(engine, month, cell))
    return out.getvalue()


def _lines(engine: Engine, month: Month, cell: CellKey) -> Iterator[tuple[str, str | None, str | None, str]]:
    yield "span", instant(month.span[0]), instant(month.span[1]), month.month
    yield "hold", None, None, str(round(month.hold * 1000))
    yield "target", None, None, str(month.network.service[cell[1]].slo_percent)
    for window in month.windows(cell):
        reason = f"'{window.reason}" if window.reason.startswith(_FORMULA) else window.reason
        yield "excluded", instant(window.start), instant(window.end), reason
    for spell in SpellStore(engine, month.hold).single(*cell, *month.span):
        yield "result", instant(spell.start / 1000), instant(spell.until / 1000), "ok" if spell.ok else "failed"
