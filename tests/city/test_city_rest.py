"""Shown 4: the city's IT asks over REST, with curl, and is told what is wrong with a question."""

import json
import subprocess
from typing import Any

import pytest

from tests.support.running import RunningCity, eventually

pytestmark = pytest.mark.lab


def curl(running: RunningCity, path: str, token: str | None = None) -> tuple[int, str, Any]:
    """Status, media type and document of a request made with curl."""
    command = ["curl", "-sS", "-w", "\n%{http_code} %{content_type}", running.url + path]
    if token is not None:
        command += ["-H", f"Authorization: Bearer {token}"]
    body, _, last = subprocess.run(command, capture_output=True, text=True, check=True).stdout.rpartition("\n")
    status, _, media = last.partition(" ")
    return int(status), media, json.loads(body)


def test_which_services_work_at_a_school_and_why(running: RunningCity) -> None:
    eventually(lambda: running.cells("szkola-trynek")["wbo"]["verdict"] == "ok", 90, "the agents have spoken")
    status, _, document = curl(running, "/api/v1/sites/szkola-trynek/services", running.token)
    assert (status, document["count"], document["next"]) == (200, 15, None)
    cells = {c["service"]: c for c in document["results"]}
    assert (cells["wbo"]["verdict"], cells["iszm-taxes"]["verdict"]) == ("ok", "blocked")
    assert set(cells["wbo"]) >= {
        "site", "service", "entitled", "designed", "computed", "observed", "stage", "basis", "since", "verdict",
        "reason", "families",
    }  # fmt: skip


def test_where_a_service_works(running: RunningCity) -> None:
    eventually(lambda: running.cells("skarbnik")["credit-capacity"]["verdict"] == "ok", 90, "the agents have spoken")
    status, _, document = curl(running, "/api/v1/services/credit-capacity/sites", running.token)
    assert status == 200
    assert [c["site"] for c in document["results"] if c["verdict"] == "ok"] == ["skarbnik"]


@pytest.mark.parametrize(
    ("path", "who", "expected"),
    [
        ("/api/v1/sites", "nobody", 401),
        ("/api/v1/sites", None, 401),
        ("/api/v1/agent/probes", "admin", 403),
        ("/api/v1/sites/nowhere/services", "admin", 404),
        ("/api/v1/sites?limit=many", "admin", 422),
        ("/api/v1/sites?colour=red", "admin", 422),
    ],
)
def test_a_wrong_question_gets_a_problem_document(
    running: RunningCity, path: str, who: str | None, expected: int
) -> None:
    token = running.token if who == "admin" else who
    status, media, document = curl(running, path, token)
    assert (status, media) == (expected, "application/problem+json")
    assert document["status"] == expected and document["title"] and document["detail"]
