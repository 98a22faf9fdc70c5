"""The dashboard is valid for Grafana 11.6, and every query of it finds data in a real Prometheus."""

import json
import os
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import promql_parser
import pytest
import yaml

from monitoring import prometheus
from monitoring.dashboards import noc
from monitoring.metrics import METRIC
from monitoring.snapshot import Snapshot

ROOT = Path(__file__).parents[3]
SCHEMAS = Path(os.environ.get("SILESIANET_SHARED") or ROOT.parent / "shared") / "data" / "grafana-11.6"
VALUES = {"__rate_interval": "10s", "site": ".+", "device": ".+"}


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(noc.build())
    return document


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions(dashboard: dict[str, Any]) -> list[str]:
    texts = [target["expr"] for panel in panels(dashboard) for target in panel["targets"]]
    return [re.sub(r"\$(\w+)", lambda found: VALUES[found[1]], text) for text in texts]


def test_panels_have_ids_titles_units_and_one_source(dashboard: dict[str, Any]) -> None:
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(set(ids)) == len(ids)
    for panel in panels(dashboard):
        assert panel["title"]
        assert panel["description"]
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert panel["datasource"]["uid"] == "${source}"
        assert all(target["datasource"]["uid"] == "${source}" for target in panel["targets"])


def test_every_variable_is_used_and_every_query_names_known_metrics(dashboard: dict[str, Any]) -> None:
    text = json.dumps(dashboard["panels"])
    for variable in dashboard["templating"]["list"]:
        assert f"${variable['name']}" in text or f"${{{variable['name']}}}" in text
    for expression in expressions(dashboard):
        promql_parser.parse(expression)
        names = set(re.findall(r"silesianet_\w+", expression))
        assert names <= METRIC.keys()
        counters = {name for name in names if name.endswith("_total")}
        assert not counters or re.search(r"(rate|increase)\(", expression)


@pytest.mark.parametrize("part", ["dashboard", "prometheus"])
def test_it_is_valid_for_grafana(dashboard: dict[str, Any], part: str) -> None:
    path = SCHEMAS / f"{part}.jsonschema.json"
    if not path.exists():
        assert not os.environ.get("CI"), f"{path} must be there under CI"
        pytest.skip(f"{path} is absent")
    schema = json.loads(path.read_text())
    if part == "dashboard":
        jsonschema.validate(dashboard, schema)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(dashboard | {"panels": [{"typ": 1}]}, schema)
    else:
        for panel in panels(dashboard):
            for target in panel["targets"]:
                jsonschema.validate(target, schema)


def test_provisioning_is_readable() -> None:
    for path in (ROOT / "deploy" / "grafana" / "provisioning").rglob("*.yaml"):
        assert yaml.safe_load(path.read_text())["apiVersion"] == 1


def test_every_query_finds_data(
    api: Any, running: prometheus.Addresses, waiting: Any, snapshot: Snapshot, dashboard: dict[str, Any]
) -> None:
    api.snapshot = replace(snapshot, links={"core1--core2": False})
    empty = set(expressions(dashboard))
    deadline = time.monotonic() + 40
    while empty and time.monotonic() < deadline:
        empty = {text for text in empty if not waiting.query(running.prometheus, text)}
        time.sleep(0.5)
    assert empty == set()
    assert waiting.query(running.prometheus, "silesianet_no_such_metric") == []
