"""Rules are generated from the metric table and the inventory, and hold before the real promtool."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from inventory.model.network import Network
from monitoring import shipped
from monitoring.alerts import configuration, rules
from monitoring.metrics import METRIC
from monitoring.settings import CapacitySettings

DEPLOY = Path(__file__).parents[3] / "deploy"
LINK = "pop-labedy-1--gw-jednostka-baildona"


def promtool(*arguments: str, where: Path) -> str:
    done = subprocess.run(["promtool", *arguments], cwd=where, capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def faster(network: Network, slug: str, rate: int) -> Network:
    circuits = tuple(
        c.model_copy(update={"rate": c.rate.model_copy(update={"down": rate})}) if c.slug == slug else c
        for c in network.circuits
    )
    return Network(**{name: getattr(network, name) for name in Network.model_fields} | {"circuits": circuits})


def test_rules_pass_promtool(city: Network, tmp_path: Path) -> None:
    (tmp_path / "general.yml").write_text(rules.general())
    (tmp_path / "capacity.yml").write_text(rules.capacity(city, CapacitySettings()))
    promtool("check", "rules", "general.yml", "capacity.yml", where=tmp_path)


def test_rules_name_only_known_metrics(city: Network) -> None:
    text = rules.general() + rules.capacity(city, CapacitySettings())
    assert set(re.findall(r"(?<![:\w])silesianet_\w+", text)) <= METRIC.keys()


def test_a_circuits_rate_moves_its_threshold_and_nothing_else(city: Network) -> None:
    link = city.link[LINK]
    before = rules.capacity(city, CapacitySettings()).splitlines()
    after = rules.capacity(faster(city, link.circuit, 500_000_000), CapacitySettings()).splitlines()
    changed = [new for old, new in zip(before, after, strict=True) if old != new]
    assert len(changed) == 2
    assert all(LINK in line and "350000000" in line for line in changed)


@pytest.mark.parametrize("name", shipped.files())
def test_shipped_files_are_the_generated_ones(name: str) -> None:
    assert (DEPLOY / name).read_text() == shipped.files()[name], "run python -m monitoring.shipped"


def test_configuration_passes_the_real_tools(tmp_path: Path) -> None:
    token = tmp_path / "token"
    token.write_text("x")
    (tmp_path / "rules.yml").write_text(rules.general())
    rule = tmp_path / "rules.yml"
    (tmp_path / "p.yml").write_text(configuration.prometheus("127.0.0.1:1", "127.0.0.1:2", token, [rule]))
    (tmp_path / "a.yml").write_text(configuration.alertmanager("127.0.0.1:1", token))
    promtool("check", "config", "p.yml", where=tmp_path)
    subprocess.run(["amtool", "check-config", "a.yml"], cwd=tmp_path, check=True, capture_output=True, timeout=30)


CASES = """
rule_files: [general.yml, capacity.yml]
evaluation_interval: 2s
tests:
- interval: 2s
  input_series:
  - {series: 'silesianet_incident_sites{cause="link:a"}', values: '0x5 4x20'}
  - {series: 'silesianet_incident_info{cause="link:a",text_en="A lost wbo",text_pl="brak"}', values: '1x30'}
  - {series: 'silesianet_link_up{link="a"}', values: '1x5 0x20'}
  - {series: 'silesianet_link_up{link="b"}', values: '1x5 0x20'}
  - {series: 'silesianet_incident_link{cause="srg:c",link="b"}', values: '_x7 1x20'}
  - {series: 'silesianet_device_up{device="d"}', values: '0x60'}
  - {series: 'silesianet_cells{verdict="leak"}', values: '2x60'}
  alert_rule_test:
  - {eval_time: 16s, alertname: ServicesLost, exp_alerts: []}
  - eval_time: 20s
    alertname: ServicesLost
    exp_alerts:
    - exp_labels: {severity: critical, cause: 'link:a'}
      exp_annotations: {summary: A lost wbo, summary_pl: brak}
  - {eval_time: 14s, alertname: LinkDown, exp_alerts: []}
  - eval_time: 24s
    alertname: LinkDown
    exp_alerts:
    - exp_labels: {severity: warning, cause: 'link:a', link: a}
      exp_annotations: {summary: Link a is down}
  - {eval_time: 50s, alertname: DeviceSilent, exp_alerts: []}
  - eval_time: 62s
    alertname: DeviceSilent
    exp_alerts:
    - exp_labels: {severity: warning, device: d}
      exp_annotations: {summary: d does not answer in-band}
  - eval_time: 40s
    alertname: MonitoringBlind
    exp_alerts:
    - exp_labels: {severity: critical}
      exp_annotations: {summary: 'Fewer than half of the devices answer: the monitoring itself may be cut off'}
  - eval_time: 70s
    alertname: ServiceReachableButNotEntitled
    exp_alerts:
    - exp_labels: {severity: warning, verdict: leak}
      exp_annotations: {summary: 2 cells work although nobody entitled them}
- interval: 10s
  input_series:
  - {series: 'silesianet_link_throughput_bits_per_second{link="LINK",direction="down"}', values: 'ABOVEx40'}
  - {series: 'silesianet_link_throughput_bits_per_second{link="LINK",direction="up"}', values: '1x40'}
  alert_rule_test:
  - eval_time: 5m
    alertname: LinkNearCapacity
    exp_alerts:
    - exp_labels: {severity: warning, link: LINK, direction: down}
      exp_annotations: {summary: 'SUMMARY'}
"""


def test_rules_fire_when_they_should(city: Network, tmp_path: Path) -> None:
    (tmp_path / "general.yml").write_text(rules.general())
    (tmp_path / "capacity.yml").write_text(rules.capacity(city, CapacitySettings()))
    threshold = round(city.capacity_bps(city.link[LINK]) * 0.7)
    above = 2 * 10 ** (len(str(threshold)))
    summary = f"Link {LINK} (down) carries {above // 10**6}Mb/s, above {threshold} b/s"
    text = CASES.replace("LINK", LINK).replace("ABOVE", str(above)).replace("SUMMARY", summary)
    assert yaml.safe_load(text)
    (tmp_path / "cases.yml").write_text(text)
    promtool("test", "rules", "cases.yml", where=tmp_path)
