"""The matrix of a moment whose single results are forgotten: spells tell what was seen."""

import time

from sqlalchemy import Engine, insert

from monitoring.cell import Fault, Verdict
from monitoring.long_ago import latest_at
from monitoring.matrix_build import build
from monitoring.observations import Observation, ObservationStore
from monitoring.settings import ProbeSettings
from monitoring.sla.tables import spells
from tests.support.small_network import village

STALE, PACE = 6.0, ProbeSettings()


def test_long_ago_is_known_from_spells(engine: Engine) -> None:
    then, now = time.time() - 90 * 86400, time.time()
    ObservationStore(engine).add("two", [Observation("wbo", now - 1, True)])
    rows = [("one", "wbo", -500, 500, False), ("one", "edms", -500, 400, True), ("two", "edms", 200, 900, True)]
    names = ("site", "service", "start", "until", "ok")
    with engine.execution_options(writes=True).begin() as connection:
        for site, service, start, until, ok in rows:
            ends = round((then + start) * 1000), round((then + until) * 1000)
            values = dict(zip(names, (site, service, *ends, ok), strict=True))
            connection.execute(insert(spells).values(values))
    assert set(latest_at(engine, now, STALE, PACE)) == {("two", "wbo")}
    found = latest_at(engine, then, STALE, PACE)
    assert set(found) == {("one", "wbo"), ("one", "edms")}
    matrix = build(village(), found, {}, {}, then, STALE)
    lost = matrix.cell["one", "wbo"]
    assert (lost.verdict, matrix.cell["one", "edms"].verdict) == (Verdict.LOST, Verdict.OK)
    assert lost.reason is not None and lost.reason.fault is Fault.CONFIG_DRIFT, "no fault of the probe"
    assert "None" not in lost.reason.text and lost.evidence[0].text.startswith("the probe fails: ")
    assert matrix.cell["two", "wbo"].verdict is Verdict.UNKNOWN
