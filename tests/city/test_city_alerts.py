"""One cause, one alert: through the real Prometheus and Alertmanager of the running city and back to us."""

import time
from typing import Any

import pytest

from tests.support.running import RunningCity, eventually

pytestmark = pytest.mark.lab

DUCT = "srg:duct-s-access"


def firing(running: RunningCity) -> list[dict[str, Any]]:
    """Alerts that fire now, as the API tells them."""
    found: list[dict[str, Any]] = running.get("/api/v1/alerts", status="firing").json()["results"]
    return found


def test_a_duct_cut_through_is_one_alert_with_names(running: RunningCity) -> None:
    eventually(lambda: not firing(running), 60, "nothing fires before")
    predicted = running.predicted(DUCT)
    running.run("lab", "fault", "set", DUCT, "down")
    eventually(lambda: running.lost() == predicted, 60, "exactly the predicted loss")
    eventually(lambda: [a for a in firing(running) if a["labels"].get("cause") == DUCT], 40, "the alert arrives")
    time.sleep(15)  # longer than a link may be down before it is an alert of its own
    alerts = firing(running)
    assert [(a["name"], a["labels"]["cause"]) for a in alerts] == [("ServicesLost", DUCT)]
    summary = alerts[0]["annotations"]["summary"]
    assert summary.startswith("Biblioteka Sośnica and 3 hotspots lost")
    assert "8 e-services" in summary and "wbo" in summary and "duct-s-access" in summary
    running.run("lab", "fault", "clear", DUCT)
    eventually(lambda: not firing(running), 60, "the alert is resolved")


def test_what_went_through_a_link_is_reported(running: RunningCity) -> None:
    eventually(lambda: _measured(running), 40, "slots of traffic are kept")
    text = running.run("capacity", "report", "--format", "csv").stdout
    assert "link:core1--gw-dc" in text
    for form in ("csv", "html", "json"):
        assert running.get(f"/api/v1/reports/capacity.{form}").status_code == 200


def _measured(running: RunningCity) -> bool:
    rows = running.json("capacity", "report")["rows"]
    return all(row["p95_bps"] for row in rows if row["element"].startswith("link:"))
