"""Changes over REST: planned and applied in the background, decided by the gate, taken back on request."""

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.roles import Role
from automation.change import Scope
from automation.changes import Changes
from automation.jobs.admission import Calendar
from automation.jobs.window import Window
from automation.settings import ChangeSettings
from inventory.model.network import Network
from tests.support.api import SETTINGS, House, furnish
from tests.support.devices import FakeCity, FakeProbes

REST = "/api/v1"
QUICK = ChangeSettings(settle_seconds=0, gate_seconds=3, health_seconds=2, batch_seconds=5, margin_seconds=5)
SITE, DEVICE = "szkola-trynek", "gw-szkola-trynek"
ENDS = ("confirmed", "rolled_back", "failed", "refused")


class DrillContext(Context):
    """A context whose devices are in memory and whose probes are all fine."""

    @cached_property
    def city(self) -> FakeCity:
        """The devices."""
        return FakeCity(self.inventory.network())

    @property
    def changes(self) -> Changes:
        network = self.inventory.network()
        cells = frozenset((s.slug, v.slug) for s in network.sites for v in network.services)
        return replace(super().changes, connect=self.city.connect, probes=FakeProbes(cells), settings=QUICK)


@pytest.fixture
def drill(database_url: str, tmp_path: Path, city: Network) -> Iterator[House]:
    """A house over devices in memory."""
    plain = furnish(database_url, tmp_path, city)
    context = DrillContext(plain.context.settings)
    yield House(context, create_app(context, SETTINGS), plain.tokens)
    context.engine.dispose()
    plain.context.engine.dispose()


def _until(client: TestClient, change: str, *states: str) -> Any:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        document = client.get(f"{REST}/changes/{change}").json()
        if document["state"] in states:
            return document
        time.sleep(0.05)
    raise AssertionError(f"still {document['state']}, jobs: {client.get(f'{REST}/jobs').json()['results']}")


def _planned(client: TestClient) -> str:
    answer = client.post(f"{REST}/changes", json={"scope": {"sites": [SITE]}, "comment": "first bring-up"})
    assert answer.status_code == 202, answer.text
    assert set(answer.json()) == {"id", "state"}
    change: str = answer.json()["id"]
    document = _until(client, change, "planned")
    assert [d["name"] for d in document["plan"]["devices"]] == [DEVICE]
    assert document["plan"]["devices"][0]["diff"]
    return change


def _slower(drill: House) -> None:
    """Halve the rate of the site's uplink in the inventory."""
    store = drill.context.inventory
    network = store.network()
    (uplink, *_) = network.uplinks(DEVICE)
    circuit = network.circuit[uplink.circuit]
    half = circuit.model_copy(update={"rate": circuit.rate.model_copy(update={"up": circuit.rate.up // 2})})
    others = tuple(c for c in network.circuits if c.slug != circuit.slug)
    store.write(network.model_copy(update={"circuits": (*others, half)}), "tests", "half the rate")


def _carried_out(client: TestClient, change: str) -> Any:
    assert client.post(f"{REST}/changes/{change}/apply").status_code == 202
    return _until(client, change, *ENDS)


def test_a_change_is_planned_approved_and_applied(drill: House) -> None:
    client = drill.client(Role.OPERATOR)
    change = _planned(client)
    approved = client.post(f"{REST}/changes/{change}/approve")
    assert approved.json()["approval"]["who"] == "operator"
    document = _carried_out(client, change)
    assert document["state"] == "confirmed", document["report"]
    assert [d["outcome"] for d in document["report"]["devices"]] == ["done"]
    assert client.post(f"{REST}/changes/{change}/apply").status_code == 409
    kinds = [job["kind"] for job in client.get(f"{REST}/jobs").json()["results"]]
    assert sorted(kinds) == ["apply", "plan"]


def test_a_change_is_taken_back_as_a_change_of_its_own(drill: House) -> None:
    client = drill.client(Role.OPERATOR)
    assert _carried_out(client, _planned(client))["state"] == "confirmed"
    before = drill.context.city.run(DEVICE)  # type: ignore[attr-defined]
    _slower(drill)
    second = _planned(client)
    assert _carried_out(client, second)["state"] == "confirmed"
    assert drill.context.city.run(DEVICE) != before  # type: ignore[attr-defined]
    undoing = client.post(f"{REST}/changes/{second}/rollback", json={"comment": "enough"})
    assert undoing.status_code == 202, undoing.text
    document = _until(client, undoing.json()["id"], *ENDS)
    assert (document["state"], document["undoes"]) == ("confirmed", second)
    assert drill.context.city.run(DEVICE) == before  # type: ignore[attr-defined]


def test_a_draft_cannot_be_applied(drill: House) -> None:
    client = drill.client(Role.OPERATOR)
    draft = drill.context.changes.create(Scope(), "nothing yet", "tests")
    for verb in ("approve", "apply", "rollback"):
        answer = client.post(f"{REST}/changes/{draft.id}/{verb}")
        assert answer.status_code == 409
        assert answer.json()["type"].endswith(":refused")


def test_a_scope_that_is_not_there_makes_no_change(drill: House) -> None:
    client = drill.client(Role.OPERATOR)
    answer = client.post(f"{REST}/changes", json={"scope": {"devices": ["gw-nowhere"]}, "comment": "try"})
    assert answer.status_code == 404
    assert client.post(f"{REST}/changes", json={"scope": {}}).status_code == 422
    assert client.get(f"{REST}/changes").json()["count"] == 0


def test_work_refused_in_the_background_leaves_a_trace(drill: House) -> None:
    client = drill.client(Role.OPERATOR)
    change = _planned(client)
    _slower(drill)
    refused = client.post(f"{REST}/changes/{change}/apply")
    assert refused.status_code == 409 and "the inventory has moved" in refused.text
    hands = drill.app.state.hands
    hands.begin(hands.jobs.enqueue("apply", {}, who="operator", change=change))
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        failed = client.get(f"{REST}/jobs?state=failed").json()["results"]
        if failed:
            break
        time.sleep(0.05)
    assert "the inventory has moved" in failed[0]["progress"]


def test_a_change_waits_for_its_hour_and_is_refused_in_a_black_out(drill: House) -> None:
    client = drill.client(Role.OPERATOR)
    change = _planned(client)
    Calendar(drill.context.engine).add(
        Window(name="vote", blackout=True, cron=None, minutes=None, begins=1.0, ends=time.time() + 3600, scope=Scope(),
               reason="elections", who="anna", created=0.0)
    )  # fmt: skip
    refused = client.post(f"{REST}/changes/{change}/apply")
    assert refused.status_code == 409 and "black-out vote" in refused.text
    waiting = client.post(f"{REST}/changes/{change}/apply", json={"wait_for_window": True})
    job = client.get(f"{REST}/jobs/{waiting.json()['job']}").json()
    assert (job["state"], job["change"]) == ("queued", change) and job["not_before"] > time.time()
    assert client.post(f"{REST}/jobs/{job['slug']}/cancel").json()["state"] == "cancelled"
    assert client.post(f"{REST}/changes/{change}/apply", json={"override": "cut off"}).status_code == 202
    assert _until(client, change, *ENDS)["state"] == "confirmed"
