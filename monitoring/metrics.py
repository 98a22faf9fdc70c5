"""The one table of metrics: name, kind, unit, help and labels of each, and how it is read from a snapshot."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from monitoring import measurements as read
from monitoring.snapshot import Snapshot

type Measured = Iterable[tuple[tuple[str, ...], float]]
"""Label values in the order of the metric's labels, and the value."""


class Scope(StrEnum):
    """What a metric is about; a scrape may ask for one device or for the network as a whole."""

    DEVICE = "device"
    NETWORK = "network"


@dataclass(frozen=True)
class Metric:
    """One metric family. The first label of a device metric is ``device``."""

    name: str
    kind: Literal["gauge", "counter"]
    unit: str
    help: str
    labels: tuple[str, ...]
    scope: Scope
    read: Callable[[Snapshot], Measured]


def _device(
    name: str, kind: Literal["gauge", "counter"], unit: str, text: str, measure: Callable[[Snapshot], Measured]
) -> Metric:
    return Metric(f"silesianet_{name}", kind, unit, text, ("device",), Scope.DEVICE, measure)


def _interface(
    name: str, kind: Literal["gauge", "counter"], unit: str, text: str, measure: Callable[[Snapshot], Measured]
) -> Metric:
    labels = ("device", "interface")
    return Metric(f"silesianet_interface_{name}", kind, unit, text, labels, Scope.DEVICE, measure)


def _network(name: str, unit: str, text: str, labels: str, measure: Callable[[Snapshot], Measured]) -> Metric:
    return Metric(f"silesianet_{name}", "gauge", unit, text, tuple(labels.split()), Scope.NETWORK, measure)


METRICS: tuple[Metric, ...] = (
    _device("device_up", "gauge", "", "1 when the device answered its last poll in-band, else 0.", read.device_up),
    _device("device_uptime_seconds", "gauge", "seconds", "Time since the SNMP agent started.", read.uptime),
    _device("device_poll_duration_seconds", "gauge", "seconds", "How long the last poll took.", read.poll_seconds),
    _device("device_ospf_neighbors", "gauge", "", "OSPF neighbours in state full.", read.ospf_neighbours),
    _interface("up", "gauge", "", "1 when the operational status is up, else 0.", read.interface_up),
    _interface("speed_bits_per_second", "gauge", "bits per second", "Speed the device reports.", read.speed),
    _interface("receive_bytes_total", "counter", "bytes", "Octets received (64-bit counter).", read.in_octets),
    _interface("transmit_bytes_total", "counter", "bytes", "Octets sent (64-bit counter).", read.out_octets),
    _interface("receive_errors_total", "counter", "", "Packets received with errors.", read.in_errors),
    _interface("transmit_errors_total", "counter", "", "Packets not sent because of errors.", read.out_errors),
    _interface("receive_discards_total", "counter", "", "Sound packets discarded on receipt.", read.in_discards),
    _interface("transmit_discards_total", "counter", "", "Sound packets discarded before sending.", read.out_discards),
    Metric(
        "silesianet_traps_received_total",
        "counter",
        "",
        "SNMP notifications received.",
        ("device", "kind"),
        Scope.DEVICE,
        read.traps,
    ),
    _network("build_info", "", "1, labelled with the version that runs.", "version", read.build_info),
    _network(
        "circuit_capacity_bits_per_second",
        "bits per second",
        "Rate of the circuit a link rides on, from the inventory; down is towards the site.",
        "link circuit direction",
        read.capacity,
    ),
    _network(
        "link_up", "", "1 when the link is up, 0 when it is down; absent when nobody sees it.", "link", read.link_up
    ),
    _network(
        "link_throughput_bits_per_second",
        "bits per second",
        "Mean rate between the two last readings of the counters.",
        "link direction",
        read.throughput,
    ),
    _network("link_utilization_ratio", "ratio", "Throughput over capacity.", "link direction", read.utilisation),
    _network("cells", "", "Cells of the site and e-service matrix, by verdict.", "verdict", read.cells),
    _network(
        "service_reachable",
        "",
        "1 when an entitled site reaches the e-service, 0 when it has lost it; absent when unknown or only sampled.",
        "site service",
        read.service_reachable,
    ),
    _network(
        "agent_heartbeat_age_seconds",
        "seconds",
        "Time since the agent of a site was heard.",
        "site",
        read.heartbeat_age,
    ),
    _network(
        "equality_index",
        "",
        "Equal-access index, 0 to 100, of every group that is not suppressed; `by` is `all` for everybody together.",
        "by group",
        read.equality_index,
    ),
    _network("agent_up", "", "1 when the agent of a site is heard, 0 when the site is blind.", "site", read.agent_up),
    _network("agent_info", "", "1, labelled with the version of the agent.", "site version", read.agent_info),
    _network(
        "agent_clock_offset_seconds",
        "seconds",
        "By how much the clock of the agent's machine is ahead of ours.",
        "site",
        read.agent_clock,
    ),
    _network("agent_queue_results", "", "Results the agent has not sent yet.", "site", read.agent_queue),
    Metric(
        "silesianet_agent_dropped_results_total",
        "counter",
        "",
        "Results the agent had to drop since its start: refused, or more than its queue holds.",
        ("site",),
        Scope.NETWORK,
        read.agent_dropped,
    ),
    Metric(
        "silesianet_agent_late_probes_total",
        "counter",
        "",
        "Probes begun more than half a second late since the agent's start.",
        ("site",),
        Scope.NETWORK,
        read.agent_late,
    ),
    _network(
        "certificate_left_seconds",
        "seconds",
        "For how long the certificate of an e-service is still valid, as the site sees it that sees the least.",
        "service",
        read.certificate_left,
    ),
    _network("incident_sites", "", "Sites that lost an e-service for one cause.", "cause", read.incident_sites),
    _network("incident_people", "", "People served by these sites, each site once.", "cause", read.incident_people),
    _network("incident_lost_cells", "", "Lost cells of one cause.", "cause", read.incident_cells),
    _network(
        "incident_link",
        "",
        "1 for each link that is down and explained by an incident: no alert of its own.",
        "cause link",
        read.incident_links,
    ),
    _network(
        "incident_info",
        "",
        "1, labelled with who lost what: the text of the alert.",
        "cause sites services text_pl text_en",
        read.incident_info,
    ),
)

METRIC = {metric.name: metric for metric in METRICS}


def reference() -> str:
    """The table as Markdown: docs/reference/metrics.md is this text."""
    lines = ["# Metrics", "", "Generated from `monitoring/metrics.py`.", ""]
    lines += ["| name | type | unit | labels | meaning |", "|---|---|---|---|---|"]
    for m in METRICS:
        labels = " ".join(f"`{label}`" for label in m.labels)
        lines.append(f"| `{m.name}` | {m.kind} | {m.unit or '-'} | {labels} | {m.help} |")
    return "\n".join([*lines, ""])
