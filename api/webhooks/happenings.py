"""What is true now, and what the difference between two looks means to those who are told."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.watch import Watch
from api.webhooks.event import Event, Topic
from api.webhooks.queueing import State


def look(watch: Watch) -> Mapping[str, State]:
    """The cells that are lost, the states of changes, the alerts that fire."""
    now = watch.now()
    lost = {f"{c.site}/{c.service}": c.brief() for c in now.matrix.lost}
    changes = {change.id: str(change.state) for change in watch.changes.list()}
    alerts = {a.fingerprint: a.model_dump(mode="json") for a in watch.alerts.all("firing")}
    return {Topic.MATRIX: lost, Topic.CHANGE: changes, Topic.ALERT: alerts}


def differences(topic: str, before: State, now: State) -> Iterable[Event]:
    """The events between two looks at a topic."""
    return _DIFFERENCES[Topic(topic)](before, now)


def _matrix(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[Event]:
    lost = [now[name] for name in now if name not in before]
    back = [{"site": c["site"], "service": c["service"]} for name, c in before.items() if name not in now]
    if lost or back:
        yield Event(Topic.MATRIX, {"lost": lost, "back": back, "lost_in_all": len(now)})


def _change(before: Mapping[str, str], now: Mapping[str, str]) -> Iterable[Event]:
    for name, state in reversed(list(now.items())):  # the newest stands first
        if before.get(name) != state:
            yield Event(Topic.CHANGE, {"change": name, "state": state, "before": before.get(name)})


def _alert(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterable[Event]:
    for name, alert in now.items():
        if before.get(name) != alert:
            yield Event(Topic.ALERT, alert)
    for name, alert in before.items():
        if name not in now:
            yield Event(Topic.ALERT, alert | {"status": "resolved"})


_DIFFERENCES = {Topic.MATRIX: _matrix, Topic.CHANGE: _change, Topic.ALERT: _alert}
