"""Shown 2: who loses what is said in advance, seen within ten seconds, and agreed on afterwards."""

import sqlite3
import time
from typing import Any

import pytest
from playwright.sync_api import Page

from inventory.model.network import Network
from monitoring.settings import ProbeSettings
from tests.support.running import RunningCity, eventually

pytestmark = pytest.mark.lab

SINGLE = "link:pop-sosnica-1--gw-biblioteka-sosnica"
LIBRARY = "biblioteka-sosnica"
DUAL = "link:pop-trynek-1--gw-szkola-sikornik"


@pytest.mark.web
def test_the_uplink_of_a_library_is_cut(running: RunningCity, overview: Page, city: Network) -> None:
    predicted = running.predicted(SINGLE)
    assert {site for site, _ in predicted} == {LIBRARY} and len(predicted) == 8
    running.run("lab", "fault", "set", SINGLE, "down")
    cut, since = time.time(), time.monotonic()
    eventually(lambda: running.lost() == predicted, 10, "the matrix shows exactly the predicted loss")
    left = 10 - (time.monotonic() - since)
    name = city.site[LIBRARY].name
    overview.wait_for_function(
        "name => document.querySelector('#live-incidents').innerText.includes(name)", arg=name, timeout=left * 1000
    )
    for cell in (c for c in running.cells(LIBRARY).values() if c["entitled"]):
        assert (cell["observed"], cell["computed"], cell["verdict"]) == ("stale", False, "lost")
        assert (cell["reason"]["class"], cell["reason"]["element"]) == ("outage", SINGLE)
    time.sleep(6)
    mended = time.time()
    running.run("lab", "fault", "clear", SINGLE)
    eventually(lambda: not running.lost(), 30, "everything works again")
    period = 2 * ProbeSettings().period
    eventually(lambda: _kept(running, cut + period, mended), 20, "what the agent saw meanwhile was filled in")
    kept = _kept(running, cut + period, mended)
    assert not any(ok for _, ok in kept), "the agent saw the outage as computed"
    overview.wait_for_function(
        "name => !document.querySelector('#live-incidents').innerText.includes(name)", arg=name, timeout=10_000
    )


def test_a_school_with_two_uplinks_loses_nothing(running: RunningCity) -> None:
    assert running.predicted(DUAL) == frozenset()
    running.run("lab", "fault", "set", DUAL, "down")
    until = time.monotonic() + 12
    while time.monotonic() < until:
        assert not running.lost()
        time.sleep(0.5)
    assert all(c["observed"] == "ok" for c in running.cells("szkola-sikornik").values() if c["entitled"])


@pytest.mark.parametrize(
    ("element", "kind"),
    [
        ("link:pop-trynek-1--gw-szkola-trynek", "silent"),
        ("device:gw-dom-kultury-labedy", "off"),
        ("srg:duct-s-access", "down"),
        ("service:wbo", "stopped"),
        ("service:msip", "dns"),
        ("device:hs-rynek", "off"),
    ],
)
def test_every_kind_of_fault_is_seen_as_predicted(running: RunningCity, element: str, kind: str) -> None:
    predicted = running.predicted(element)
    assert predicted
    running.run("lab", "fault", "set", element, kind)
    eventually(lambda: running.lost() == predicted, 20, f"exactly the predicted loss of {element} {kind}")
    reasons = {c["reason"]["class"] for site, _ in predicted for c in running.cells(site).values() if c["reason"]}
    assert reasons == {"outage"}


def _kept(running: RunningCity, start: float, end: float) -> list[tuple[Any, bool]]:
    with sqlite3.connect(running.home / "silesianet.db") as database:
        return database.execute(
            "select at, ok from observations where site = ? and service = 'wbo' and at between ? and ?",
            (LIBRARY, start, end),
        ).fetchall()
