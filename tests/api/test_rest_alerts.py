"""Alerts: taken from Alertmanager's webhook, listed and filtered, acknowledged."""

from typing import Any

import pytest

from api.roles import Role
from tests.support.api import House

WEBHOOK = {
    "version": "4",
    "alerts": [
        {
            "status": status,
            "labels": {"alertname": "ServicesLost", "severity": "critical", "cause": cause},
            "annotations": {"summary": "Biblioteka Sośnica lost wbo"},
            "startsAt": "2026-11-22T20:00:00Z",
            "endsAt": "2026-11-22T21:00:00Z" if status == "resolved" else "0001-01-01T00:00:00Z",
            "fingerprint": fingerprint,
        }
        for status, cause, fingerprint in (("firing", "srg:ring-1", "aa01"), ("resolved", "link:x", "bb02"))
    ],
}


@pytest.fixture
def told(house: House) -> House:
    """A house that Alertmanager has told of two alerts."""
    assert house.client(Role.NOC).post("/api/v1/alerts", json=WEBHOOK).status_code == 202
    return house


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {"aa01", "bb02"}),
        ("?status=firing", {"aa01"}),
        ("?status=resolved&name=ServicesLost", {"bb02"}),
        ("?status=firing&status=resolved", {"aa01", "bb02"}),
    ],
)
def test_alerts_are_listed_and_filtered(told: House, query: str, expected: set[str]) -> None:
    answer: dict[str, Any] = told.client(Role.VIEWER).get(f"/api/v1/alerts{query}").json()
    assert {alert["slug"] for alert in answer["results"]} == expected


@pytest.mark.parametrize("query", ["?status=lively", "?labels=x"])
def test_a_filter_that_makes_no_sense_is_told(told: House, query: str) -> None:
    answer = told.client(Role.VIEWER).get(f"/api/v1/alerts{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
