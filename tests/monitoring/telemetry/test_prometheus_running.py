"""The whole way of an alert with the real programs: scrape, discovery, rule, Alertmanager, webhook, resolved."""

from dataclasses import replace
from typing import Any

from monitoring import prometheus
from monitoring.snapshot import Snapshot


def test_an_incident_travels_as_one_alert(
    api: Any, running: prometheus.Addresses, waiting: Any, snapshot: Snapshot
) -> None:
    waiting.until(lambda: waiting.query(running.prometheus, 'silesianet_build_info{version!=""}'))
    waiting.until(lambda: waiting.query(running.prometheus, 'silesianet_device_up{instance="core1",role="core"}'))
    api.snapshot = snapshot
    seconds = waiting.until(lambda: [a for a in api.received if a.name == "ServicesLost"])
    assert seconds < 15
    (alert,) = {a.fingerprint: a for a in api.received if a.name == "ServicesLost"}.values()
    (incident,) = snapshot.incidents
    assert alert.labels["cause"] == incident.cause
    assert alert.annotations["summary"] == incident.text_en
    assert alert.annotations["summary_pl"] == incident.text_pl
    assert api.store.acknowledge(alert.fingerprint, "noc").acknowledged_by == "noc"
    api.snapshot = replace(snapshot, incidents=())
    waiting.until(lambda: api.store.get(alert.fingerprint).status == "resolved")
    assert api.store.get(alert.fingerprint).acknowledged_by == "noc"
