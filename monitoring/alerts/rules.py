"""Prometheus rules, generated: names from the metric table, thresholds from each circuit's rate in the inventory."""

from typing import Any

import yaml

from inventory.model.network import Network
from monitoring.metrics import METRIC
from monitoring.settings import CapacitySettings, ProbeSettings

type Rule = dict[str, Any]
type Groups = dict[str, list[dict[str, Any]]]


def _metric(name: str) -> str:
    return METRIC[f"silesianet_{name}"].name


def _text(language: str) -> str:
    """Template that fetches the incident's sentence from the metric that carries it."""
    query = f'printf "{_metric("incident_info")}{{cause=%q}}" .Labels.cause | query'
    return f'{{{{ with {query} }}}}{{{{ . | first | label "text_{language}" }}}}{{{{ end }}}}'


def _rule(alert: str, expr: str, severity: str, summary: str, wait: str = "", **annotations: str) -> Rule:
    rule: Rule = {"alert": alert, "expr": expr}
    if wait:
        rule["for"] = wait
    return rule | {"labels": {"severity": severity}, "annotations": {"summary": summary} | annotations}


def service_rules(settings: ProbeSettings) -> list[Rule]:
    """What residents and institutions notice, and what makes us blind to it."""
    return [
        # cells fall stale one after another: the first words would name only the first of them
        _rule(
            "ServicesLost", f"{_metric('incident_sites')} > 0", "critical", _text("en"), "6s", summary_pl=_text("pl")
        ),
        _rule(
            "ServiceReachableButNotEntitled",
            f'{_metric("cells")}{{verdict="leak"}} > 0',
            "warning",
            "{{ $value }} cells work although nobody entitled them",
            "1m",
        ),
        _rule(
            "AgentSilent",
            f"{_metric('agent_up')} == 0",
            "warning",
            "{{ $labels.site }} is blind: its agent is not heard, and nothing there counts as working",
            "2m",
        ),
        _rule(
            "AgentDropsResults",
            f"increase({_metric('agent_dropped_results_total')}[15m]) > 0",
            "warning",
            "The agent of {{ $labels.site }} dropped {{ $value | humanize }} results",
        ),
        _rule(
            "AgentClockWrong",
            f"abs({_metric('agent_clock_offset_seconds')}) > 60",
            "warning",
            "The clock at {{ $labels.site }} is off by {{ $value | humanizeDuration }}",
            "15m",
        ),
        _rule(
            "CertificateEnding",
            f"{_metric('certificate_left_seconds')} < {settings.certificate_warn_days * 86400:g}",
            "warning",
            "The certificate of {{ $labels.service }} is valid for {{ $value | humanizeDuration }} only",
            "10m",
        ),
    ]


def device_rules() -> list[Rule]:
    """What the network itself reports; a link that is the cause of an incident carries the same ``cause`` label."""
    up = _metric("device_up")
    errors = " + ".join(f"rate({_metric(f'interface_{way}_errors_total')}[5m])" for way in ("receive", "transmit"))
    return [
        _rule("DeviceSilent", f"{up} == 0", "warning", "{{ $labels.device }} does not answer in-band", "1m"),
        _link_down(),
        _rule(
            "InterfaceErrors",
            f"{errors} > 1",
            "warning",
            "{{ $labels.device }} {{ $labels.interface }}: {{ $value | humanize }} errors/s",
            "5m",
        ),
        _rule(
            "MonitoringBlind",
            f"(count({up} == 1) or vector(0)) < 0.5 * count({up}) or absent({up})",
            "critical",
            "Fewer than half of the devices answer: the monitoring itself may be cut off",
            "30s",
        ),
    ]


def _link_down() -> Rule:
    unexplained = f"{_metric('link_up')} == 0 unless on (link) {_metric('incident_link')}"
    rule = _rule("LinkDown", unexplained, "warning", "Link {{ $labels.link }} is down", "10s")
    rule["labels"]["cause"] = "link:{{ $labels.link }}"
    return rule


def capacity_rules(network: Network, settings: CapacitySettings) -> list[Rule]:
    """One rule per link and direction: its threshold in bits per second follows from the circuit's rate."""
    rules = []
    for link in network.links:
        rate = network.circuit[link.circuit].rate
        for direction, capacity in (("down", rate.down), ("up", rate.up)):
            threshold = round(capacity * settings.order)
            selector = f'{_metric("link_throughput_bits_per_second")}{{link="{link.slug}",direction="{direction}"}}'
            summary = f"Link {link.slug} ({direction}) carries {{{{ $value | humanize }}}}b/s, above {threshold} b/s"
            rule = _rule("LinkNearCapacity", f"avg_over_time({selector}[5m]) > {threshold}", "warning", summary)
            rule["labels"] |= {"link": link.slug, "direction": direction}
            rules.append(rule)
    return rules


def recordings() -> list[Rule]:
    """Series worth keeping ready."""
    return [
        {
            "record": "site:silesianet_service_reachable:avg",
            "expr": f"avg by (site) ({_metric('service_reachable')})",
        }
    ]


def general(settings: ProbeSettings | None = None) -> str:
    """The rule file that is the same for every network."""
    return _file(
        {"services": service_rules(settings or ProbeSettings()), "devices": device_rules(), "recordings": recordings()}
    )


def capacity(network: Network, settings: CapacitySettings) -> str:
    """The rule file of one network's circuits."""
    return _file({"capacity": capacity_rules(network, settings)})


def _file(groups: dict[str, list[Rule]]) -> str:
    document: Groups = {"groups": [{"name": f"silesianet-{name}", "rules": rules} for name, rules in groups.items()]}
    return "# Generated from monitoring/alerts/rules.py\n" + yaml.safe_dump(
        document, sort_keys=False, allow_unicode=True, width=1000
    )
