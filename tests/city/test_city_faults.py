"""Shown 2: who loses what is said in advance, seen within ten seconds, and agreed on afterwards."""

import sqlite3
import time
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from inventory.model.network import Network
from monitoring.reachability import loss
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
    eventually(lambda: running.lost() == predicted, 40, "the matrix shows exactly the predicted loss")
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
    eventually(lambda: _kept(running, cut + period, mended), 60, "what the agent saw meanwhile was filled in")
    kept = _kept(running, cut + period, mended)
    assert not any(ok for _, ok in kept), "the agent saw the outage as computed"
    overview.wait_for_function(
        "name => !document.querySelector('#live-incidents').innerText.includes(name)", arg=name, timeout=10_000
    )


def test_a_school_with_two_uplinks_loses_nothing(running: RunningCity) -> None:
    assert running.predicted(DUAL) == frozenset()
    running.break_(DUAL, "down")
    until = time.monotonic() + 4 * ProbeSettings().period
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
        ("service:edms", "stopped"),
        ("service:msip", "dns"),
        ("device:hs-rynek", "off"),
    ],
)
def test_every_kind_of_fault_is_seen_as_predicted(running: RunningCity, city: Network, element: str, kind: str) -> None:
    """A service that needs the one that stopped (case-status needs edms) goes with it."""
    predicted = frozenset(loss(city, element, datetime.now(UTC).date()).cells)
    assert predicted
    running.break_(element, kind)
    eventually(lambda: running.lost() == predicted, 60, f"exactly the predicted loss of {element} {kind}")
    reasons = {c["reason"]["class"] for site, _ in predicted for c in running.cells(site).values() if c["reason"]}
    assert reasons == {"outage"}


TAMPERED = {
    "szkola-trynek": ("device:gw-szkola-trynek", "drift", "config_drift"),
    "jednostka-baildona": ("device:gw-jednostka-baildona", "blackhole", "config_drift"),
    "dom-kultury-labedy": ("device:gw-dom-kultury-labedy", "unfiltered", "leak"),
    "biblioteka-sosnica": (SINGLE, "bypassed", "model_wrong"),
    "rynek": ("site:rynek", "blind", "probe_fault"),
    "szkola-sikornik": ("site:szkola-sikornik", "clock", "probe_fault"),
    "um-zwyciestwa": ("site:um-zwyciestwa", "untrusting", "probe_fault"),
}
"""What somebody did behind the platform's back: site, element, kind of fault, class that must be found."""


def test_classes_of_faults_are_told_apart(running: RunningCity) -> None:
    for element, kind, _ in TAMPERED.values():
        running.break_(element, kind)
    wanted = {site: found for site, (_, _, found) in TAMPERED.items()}
    eventually(lambda: {site: _mostly(running, site) for site in TAMPERED} == wanted, 30, "every class is found")


def _mostly(running: RunningCity, site: str) -> str | None:
    """The class of reason that most cells of a site show."""
    found = Counter(c["reason"]["class"] for c in running.cells(site).values() if c["reason"])
    return next((name for name, _ in found.most_common(1)), None)


def _kept(running: RunningCity, start: float, end: float) -> list[tuple[Any, bool]]:
    with sqlite3.connect(running.home / "silesianet.db") as database:
        return database.execute(
            "select at, ok from observations where site = ? and service = 'wbo' and at between ? and ?",
            (LIBRARY, start, end),
        ).fetchall()
