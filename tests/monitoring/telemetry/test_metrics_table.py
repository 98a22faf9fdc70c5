"""The table of metrics, its exposition, and the page that documents it agree."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from inventory.errors import UnknownObject
from inventory.model.network import Network
from monitoring.exposition import render, targets
from monitoring.metrics import METRICS, Scope, reference
from monitoring.snapshot import Snapshot
from monitoring.snmp.targets import shard_of

REFERENCE = Path(__file__).parents[3] / "docs" / "reference" / "metrics.md"


def values(text: bytes) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text.decode())
        for sample in family.samples
    }


def test_every_metric_is_documented() -> None:
    assert REFERENCE.read_text() == reference()


def test_names_follow_the_rules() -> None:
    for metric in METRICS:
        assert metric.name.startswith("silesianet_")
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.help.endswith(".")
        assert metric.scope is not Scope.DEVICE or metric.labels[0] == "device"
    assert len({m.name for m in METRICS}) == len(METRICS)


def test_exposition_holds_every_metric_and_pleases_promtool(snapshot: Snapshot) -> None:
    text = render(snapshot)
    names = {name for name, _ in values(text)}
    assert names == {metric.name for metric in METRICS}
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, timeout=30, check=False)
    complaints = done.stderr.decode().splitlines()
    assert [line for line in complaints if "bits_per_second" not in line] == [], "rates of lines are in bits by custom"


def test_values_come_from_the_snapshot(snapshot: Snapshot) -> None:
    found = values(render(snapshot))

    def value(name: str, **labels: str) -> float | None:
        return found.get((f"silesianet_{name}", frozenset(labels.items())))

    assert value("device_up", device="core1") == 1
    assert value("device_up", device="hs-rynek") == 0
    assert value("device_ospf_neighbors", device="core1") == 1
    assert value("interface_receive_bytes_total", device="core1", interface="eth1") == 1000
    assert value("interface_receive_bytes_total", device="core1", interface="eth2") is None, "no 64-bit counter"
    assert value("link_throughput_bits_per_second", link="core1--core2", direction="down") == 100_000_000
    assert value("link_utilization_ratio", link="core1--core2", direction="down") == pytest.approx(0.1)
    assert value("link_up", link="core1--core2") == 0
    explained = "pop-sosnica-1--gw-biblioteka-sosnica"
    assert value("incident_link", cause=f"link:{explained}", link=explained) == 1
    assert value("incident_link", cause=f"link:{explained}", link="core1--core2") is None
    assert value("cells", verdict="lost") == 2
    assert value("equality_index", by="district", group="Trynek") == 87.5
    assert value("agent_heartbeat_age_seconds", site="biblioteka-sosnica") == 30
    assert value("agent_up", site="biblioteka-sosnica") == 0, "silent for longer than the time allowed"
    assert value("agent_up", site="rynek") == 0, "never heard is not up"
    assert value("agent_late_probes_total", site="biblioteka-sosnica") == 2
    assert value("certificate_left_seconds", service="wbo") == 12.5 * 86400


def test_a_scrape_of_one_device_tells_of_no_other(snapshot: Snapshot) -> None:
    one, network = values(render(snapshot, device="core1")), values(render(snapshot, scope=Scope.NETWORK))
    assert one
    assert all(("device", "core1") in labels for _, labels in one)
    assert not any("device" in dict(labels) for _, labels in network)
    with pytest.raises(UnknownObject):
        render(snapshot, device="nowhere")


def test_discovery_shards_by_device(city: Network) -> None:
    everything = targets(city, "127.0.0.1:80")
    shards: list[list[dict[str, Any]]] = [targets(city, "127.0.0.1:80", i, 3) for i in range(3)]
    assert sorted(str(t) for shard in shards for t in shard) == sorted(str(t) for t in everything)
    for index, shard in enumerate(shards):
        assert all(shard_of(target["labels"]["__param_device"], 3) == index for target in shard)
