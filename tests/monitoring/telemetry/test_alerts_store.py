"""What Alertmanager sends is kept once, whoever acknowledged it is not forgotten, nonsense is refused."""

from typing import Any

import pytest
from sqlalchemy import Engine

from inventory.errors import BadInput, UnknownObject
from monitoring.alerts.store import AlertStore


def payload(status: str = "firing", **labels: str) -> dict[str, Any]:
    alert = {
        "status": status,
        "labels": {"alertname": "ServicesLost", "severity": "critical"} | labels,
        "annotations": {"summary": "x"},
        "startsAt": "2026-10-01T10:00:00Z",
        "endsAt": "2026-10-01T10:05:00Z",
        "fingerprint": "0123456789abcdef",
    }
    return {"version": "4", "alerts": [alert]}


def test_the_same_message_twice_is_one_alert(engine: Engine) -> None:
    store = AlertStore(engine)
    assert store.receive(payload()) == store.receive(payload()) == store.all()
    assert store.all("firing")[0].ends_at is None
    assert store.all("resolved") == ()


def test_a_new_alertmanager_begins_with_nothing_firing(engine: Engine) -> None:
    store = AlertStore(engine)
    (alert,) = store.receive(payload())
    store.close_all(alert.starts_at + 60)
    (closed,) = store.all()
    assert (closed.status, closed.ends_at) == ("resolved", alert.starts_at + 60)
    store.receive(payload() | {"alerts": [payload()["alerts"][0] | {"startsAt": "2026-10-01T11:00:00Z"}]})
    assert [a.status for a in store.all()] == ["firing"]


def test_an_acknowledgement_survives_the_next_message(engine: Engine) -> None:
    store = AlertStore(engine)
    store.receive(payload())
    store.acknowledge("0123456789abcdef", "duty")
    store.receive(payload("resolved"))
    (alert,) = store.all()
    assert (alert.status, alert.acknowledged_by) == ("resolved", "duty")
    assert alert.ends_at == alert.starts_at + 300
    with pytest.raises(UnknownObject):
        store.acknowledge("ffff", "duty")


@pytest.mark.parametrize("bad", [None, [], {}, {"alerts": [{}]}, {"alerts": "x"}, payload("maybe")])
def test_nonsense_is_refused(engine: Engine, bad: Any) -> None:
    store = AlertStore(engine)
    with pytest.raises(BadInput):
        store.receive(bad)
    assert store.all() == ()
