"""Metrics in the Prometheus text format, and where Prometheus finds them (HTTP service discovery)."""

from collections.abc import Iterator
from dataclasses import replace

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from inventory.errors import UnknownObject
from inventory.model.network import Network
from monitoring.metrics import METRICS, Scope
from monitoring.snapshot import Snapshot
from monitoring.snmp.targets import polled

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FAMILY = {"counter": CounterMetricFamily, "gauge": GaugeMetricFamily}


class _Families(Collector):
    def __init__(self, snapshot: Snapshot, scope: Scope | None) -> None:
        self._snapshot, self._scope = snapshot, scope

    def collect(self) -> Iterator[Metric]:
        for metric in METRICS:
            if self._scope in (None, metric.scope):
                family = _FAMILY[metric.kind](metric.name, metric.help, labels=metric.labels)
                for labels, value in metric.read(self._snapshot):
                    family.add_metric(labels, value)
                yield family


def render(snapshot: Snapshot, *, device: str | None = None, scope: Scope | None = None) -> bytes:
    """Exposition of a snapshot: all of it, one device, or what is not about single devices. UnknownObject."""
    if device is None:
        return _text(snapshot, scope)
    if device not in snapshot.network.device:
        raise UnknownObject(f"no device {device!r} in the inventory", where="device")
    polls = {device: snapshot.polls[device]} if device in snapshot.polls else {}
    traps = {key: count for key, count in snapshot.traps.items() if key[0] == device}
    return _text(replace(snapshot, polls=polls, traps=traps), Scope.DEVICE)


def _text(snapshot: Snapshot, scope: Scope | None) -> bytes:
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Families(snapshot, scope))
    return generate_latest(registry)


def targets(network: Network, address: str, shard: int = 0, of: int = 1) -> list[dict[str, object]]:
    """Scrape targets of a shard: one per device, all at ``address`` (host:port of this API)."""
    found: list[dict[str, object]] = []
    for device in polled(network, shard, of):
        labels = {"__metrics_path__": "/metrics", "__param_device": device.slug, "instance": device.slug}
        facts = {"site": device.site, "role": str(device.role), "platform": device.platform or ""}
        found.append({"targets": [address], "labels": labels | facts})
    return found
