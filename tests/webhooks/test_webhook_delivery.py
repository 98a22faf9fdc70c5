"""Events reach a real receiver: signed, in order, once each; later when it is down; not where it may not go."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from api.roles import Role
from api.webhooks.event import Topic
from api.webhooks.safe import KEY_FILE
from api.webhooks.worker import Pace
from monitoring.observations import Observation, ObservationStore
from tests.support.api import House
from tests.support.receiver import Got, Receiver
from tests.support.running import eventually
from tests.webhooks.conftest import office_of

REST = "/api/v1"
NAMES = [f"Gliwice {number}" for number in range(1, 6)]


def subscribe(house: House, receiver: Receiver, *events: str) -> tuple[TestClient, dict[str, Any]]:
    client = house.client(Role.ADMIN)
    answer = client.post(f"{REST}/webhooks", json={"url": receiver.url, "events": events or ["inventory.changed"]})
    assert answer.status_code == 201, answer.text
    return client, answer.json()


def rename(client: TestClient, *names: str) -> None:
    for name in names:
        path = f"{REST}/tenants/gliwice"
        answer = client.patch(path, json={"name": name}, headers={"If-Match": "*", "X-Change-Reason": name})
        assert answer.status_code == 200, answer.text


def soon(condition: Any, what: str) -> None:
    eventually(condition, 15, what)


def test_revisions_arrive_signed_and_in_order(anywhere: House, receiver: Receiver) -> None:
    client, made = subscribe(anywhere, receiver)
    rename(client, *NAMES)
    soon(lambda: len(receiver.taken) == 5, "all revisions are told")
    assert receiver.revisions() == [2, 3, 4, 5, 6]
    for got, name in zip(receiver.taken, NAMES, strict=True):
        assert got.signed_by(made["secret"])
        assert not got.signed_by("another secret")
        event = got.event
        assert (event["id"], event["event"]) == (got.headers["silesianet-delivery"], got.headers["silesianet-event"])
        assert (event["data"]["who"], event["data"]["why"], event["data"]["more"]) == ("admin", name, 0)
        assert event["data"]["changes"][0]["object"] == "tenant:gliwice"
    assert [g.event["sequence"] for g in receiver.taken] == [1, 2, 3, 4, 5]
    soon(lambda: client.get(f"{REST}/webhooks/{made['slug']}").json()["waiting"] == [], "all is crossed off")


def test_a_receiver_that_was_down_misses_nothing(quick: House) -> None:
    receiver = Receiver()
    with receiver.listening():
        client, made = subscribe(quick, receiver)
    rename(client, *NAMES[:3])
    path = f"{REST}/webhooks/{made['slug']}"
    soon(lambda: (client.get(path).json()["waiting"] or [{"attempts": 0}])[0]["attempts"] > 1, "it is tried again")
    waiting = client.get(path).json()["waiting"]
    assert [w["attempts"] > 0 for w in waiting] == [True, False, False], "nothing overtakes"
    assert "ConnectError" in waiting[0]["error"]
    with receiver.listening():
        soon(lambda: len(receiver.taken) == 3, "everything is told")
    assert receiver.revisions() == [2, 3, 4]
    assert receiver.taken[0].event["id"] == waiting[0]["slug"]


@pytest.mark.parametrize("fault", [500, 302, 404, "slow"])
def test_a_wrong_answer_is_no_delivery(quick: House, receiver: Receiver, fault: int | str) -> None:
    """The same event comes again under the same id, and the next only after it; redirects are not followed."""

    def answer(got: Got) -> int:
        if len(receiver.got) > 2:
            return 204
        if fault == "slow":
            time.sleep(0.8)
            return 500
        assert isinstance(fault, int)
        return fault

    receiver.answer = answer
    client, _ = subscribe(quick, receiver)
    rename(client, *NAMES[:2])
    soon(lambda: len(receiver.taken) == 2, "both are told in the end")
    assert receiver.revisions() == [2, 3]
    first = receiver.taken[0].event["id"]
    assert [g.event["id"] for g in receiver.got] == [first] * 3 + [receiver.taken[1].event["id"]]
    assert {g.path for g in receiver.got} == {"/hook"}


def test_gone_switches_off_and_nothing_is_lost(anywhere: House, receiver: Receiver) -> None:
    receiver.answer = lambda got: 410
    client, made = subscribe(anywhere, receiver)
    path = f"{REST}/webhooks/{made['slug']}"
    rename(client, NAMES[0])
    soon(lambda: not client.get(path).json()["active"], "it is switched off")
    assert "410" in client.get(path).json()["reason"]
    rename(client, *NAMES[1:3])
    time.sleep(0.3)
    assert len(receiver.got) == 1
    receiver.answer = lambda got: 200
    again = client.patch(path, json={"active": True})
    assert (again.json()["active"], again.json()["reason"]) == (True, None)
    soon(lambda: len(receiver.taken) == 3, "what was missed is told")
    assert receiver.revisions() == [2, 3, 4]


def test_what_is_given_up_can_be_sent_again_or_dropped(anywhere: House, receiver: Receiver) -> None:
    office = office_of(anywhere, pace=Pace(look=0.05, lease=1.0, first=0.05, longest=0.1, give_up=0.3))
    anywhere.app.state.webhooks.worker.stop()
    office.worker.start()
    try:
        receiver.answer = lambda got: 503
        client, made = subscribe(anywhere, receiver)
        rename(client, *NAMES[:3])
        path = f"{REST}/webhooks/{made['slug']}"
        soon(lambda: client.get(f"{path}/dead").json()["count"] == 3, "all is given up")
        dead = client.get(f"{path}/dead").json()["results"]
        assert [d["body"]["data"]["revision"] for d in dead] == [2, 3, 4]
        assert dead[0]["error"] == "answered 503"
        receiver.answer = lambda got: 200
        assert client.delete(f"{path}/dead/{dead[1]['slug']}").status_code == 204
        assert client.post(f"{path}/dead/{dead[2]['slug']}/redeliver").json() == {"redelivered": 1}
        soon(lambda: receiver.revisions() == [4], "one is told")
        assert client.post(f"{path}/dead/redeliver").json() == {"redelivered": 1}
        soon(lambda: receiver.revisions() == [4, 2], "the other as well")
        assert client.get(f"{path}/dead").json()["count"] == 0
        assert client.delete(f"{path}/dead/{dead[1]['slug']}").status_code == 404
    finally:
        office.worker.stop()


def test_two_processes_tell_everything_once(anywhere: House, receiver: Receiver) -> None:
    others = [office_of(anywhere) for _ in range(2)]
    for other in others:
        other.worker.start()
    try:
        client, _ = subscribe(anywhere, receiver)
        rename(client, *NAMES)
        soon(lambda: len(receiver.taken) >= 5, "all is told")
        anywhere.app.state.webhooks.worker.stop()  # whoever leads now, another one goes on
        rename(client, "Gliwice", "Miasto Gliwice")
        soon(lambda: len(receiver.taken) >= 7, "all is told")
        time.sleep(0.5)
        assert receiver.revisions() == [2, 3, 4, 5, 6, 7, 8]
        assert len(receiver.got) == 7
    finally:
        for other in others:
            other.worker.stop()


def test_a_lost_service_is_told_and_so_is_its_return(quick: House, receiver: Receiver) -> None:
    quick.observe()
    subscribe(quick, receiver, "matrix")
    soon(lambda: told(quick, Topic.MATRIX), "the state at the start is known")
    probe(quick, "wbo", ok=False)
    soon(lambda: receiver.taken, "the loss is told")
    (lost,) = receiver.taken[0].event["data"]["lost"]
    assert (lost["site"], lost["service"], lost["verdict"]) == ("biblioteka-sosnica", "wbo", "lost")
    probe(quick, "wbo", ok=True)
    soon(lambda: len(receiver.taken) > 1, "the return is told")
    assert receiver.taken[1].event["data"]["back"] == [{"site": "biblioteka-sosnica", "service": "wbo"}]


def probe(house: House, service: str, ok: bool) -> None:
    """Two probes of a site's agent in a row."""
    now = time.time()
    seen = [Observation(service, now - age, ok, None if ok else "tcp") for age in (0.2, 0.1)]
    ObservationStore(house.context.engine).add("biblioteka-sosnica", seen)


def told(house: House, topic: Topic) -> bool:
    with house.context.engine.connect() as connection:
        return connection.execute(text("SELECT 1 FROM webhook_told WHERE topic = :t"), {"t": topic}).first() is not None


def test_secrets_are_not_in_the_database(quick: House, receiver: Receiver, tmp_path: Path) -> None:
    client, made = subscribe(quick, receiver)
    with quick.context.engine.connect() as connection:
        kept = connection.execute(text("SELECT secret FROM webhooks")).scalar()
    assert made["secret"] not in str(kept)
    assert ((tmp_path / KEY_FILE).stat().st_mode & 0o777) == 0o600
    assert made["secret"] not in client.get(f"{REST}/webhooks").text
    (tmp_path / KEY_FILE).unlink()
    rename(client, NAMES[0])
    path = f"{REST}/webhooks/{made['slug']}"
    soon(lambda: not client.get(path).json()["active"], "a lost key switches it off")
    assert "secret" in client.get(path).json()["reason"]
    assert client.patch(path, json={"secret": "sixteen letters and more", "active": True}).status_code == 200
    soon(lambda: len(receiver.taken) == 1, "with a new secret it goes on")
    assert receiver.taken[0].signed_by("sixteen letters and more")


def test_a_trial_and_the_end(quick: House, receiver: Receiver) -> None:
    client, made = subscribe(quick, receiver)
    assert client.post(f"{REST}/webhooks/{made['slug']}/ping").status_code == 202
    soon(lambda: [g.event["event"] for g in receiver.taken] == ["ping"], "the trial arrives")
    assert client.delete(f"{REST}/webhooks/{made['slug']}").status_code == 204
    assert client.get(f"{REST}/webhooks/{made['slug']}").status_code == 404
    assert client.get(f"{REST}/webhooks").json()["count"] == 0


def test_a_slow_receiver_holds_nobody_else_up(quick: House, receiver: Receiver) -> None:
    released = threading.Event()
    with Receiver(answer=lambda got: 200 if released.wait(0.4) else 500).listening() as slow:
        client, _ = subscribe(quick, slow)
        subscribe(quick, receiver)
        rename(client, *NAMES)
        soon(lambda: len(receiver.taken) == 5, "the quick one has everything")
        assert len(slow.taken) == 0
        released.set()
