"""Configuration of Prometheus and Alertmanager, generated: who scrapes what how often, and where alerts go."""

from pathlib import Path
from typing import Any

import yaml

from monitoring.settings import AlertSettings

type Document = dict[str, Any]


def prometheus(
    api: str, alertmanager: str, token: Path, rules: list[Path], settings: AlertSettings | None = None
) -> str:
    """``prometheus.yml``: the network as a whole often, each device (found by HTTP discovery) less often."""
    chosen = settings or AlertSettings()
    # Prometheus 2.42 sends no scheme to service discovery unless it is written out
    authorization = {"authorization": {"type": "Bearer", "credentials_file": str(token)}}
    devices: Document = {"job_name": "silesianet-devices", "scrape_interval": _seconds(chosen.device_scrape)}
    devices |= {"http_sd_configs": [{"url": f"http://{api}/sd/prometheus", "refresh_interval": "30s"} | authorization]}
    network: Document = {
        "job_name": "silesianet",
        "scrape_interval": _seconds(chosen.scrape),
        "metrics_path": "/metrics",
    }
    network |= {"params": {"scope": ["network"]}, "static_configs": [{"targets": [api]}]}
    return _yaml(
        {
            "global": {"scrape_interval": "15s", "evaluation_interval": _seconds(chosen.scrape)},
            "rule_files": [str(path) for path in rules],
            "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
            "scrape_configs": [network | authorization, devices | authorization],
        }
    )


def alertmanager(api: str, token: Path, settings: AlertSettings | None = None) -> str:
    """``alertmanager.yml``: everything to our webhook; what an incident explains is held back."""
    chosen = settings or AlertSettings()
    webhook: Document = {"url": f"http://{api}/api/v1/alerts", "send_resolved": True}
    webhook |= {"http_config": {"authorization": {"credentials_file": str(token)}}}
    route: Document = {"receiver": "silesianet", "group_by": ["alertname", "cause"], "group_wait": "1s"}
    route |= {"group_interval": _seconds(chosen.group_interval), "repeat_interval": "4h"}
    incident = ['alertname="ServicesLost"']
    consequence: Document = {"target_matchers": ['alertname=~"DeviceSilent|AgentSilent"'], "source_matchers": incident}
    same_cause: Document = {
        "target_matchers": ['alertname="LinkDown"'],
        "source_matchers": incident,
        "equal": ["cause"],
    }
    return _yaml(
        {
            "route": route,
            "receivers": [{"name": "silesianet", "webhook_configs": [webhook]}],
            "inhibit_rules": [consequence, same_cause],
        }
    )


def _seconds(value: int) -> str:
    return f"{value}s"


def _yaml(document: Document) -> str:
    return "# Generated from monitoring/alerts/configuration.py\n" + yaml.dump(document, Dumper=_Plain, sort_keys=False)


class _Plain(yaml.SafeDumper):
    """Writes repeated parts out instead of pointing at the first."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True
