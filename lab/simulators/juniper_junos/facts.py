"""What a simulated Junos tells of itself over NETCONF, in XML."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from lab.simulators.juniper_junos.device import Committed, JuniperJunos
from lab.simulators.juniper_junos.loading import Call
from lab.simulators.juniper_junos.tree import Node


def commits(call: Call) -> str:
    """The history of commits."""
    shown = ""
    for number, entry in enumerate(call.device.history):
        waits = number == 0 and call.device.pending is not None
        waiting = "<commit-confirmed>rollback pending</commit-confirmed>" if waits else ""
        who = f"<user>{entry.user}</user><client>{entry.client}</client>"
        first = f"<sequence-number>{number}</sequence-number>{who}"
        shown += f"<commit-history>{first}{_instant(call.device, entry.at)}{_said(entry)}{waiting}</commit-history>"
    return f"<commit-information>{shown}</commit-information>"


def revision(call: Call) -> str:
    """The newest commit."""
    entry = call.device.history[0]
    revision = f"<revision>re0-{int(entry.at)}-{len(call.device.history)}</revision>"
    who = f"<user>{entry.user}</user><client>{entry.client}</client>"
    shown = f"{revision}{who}{_instant(call.device, entry.at)}{_said(entry)}"
    return f"<commit-revision-information>{shown}</commit-revision-information>"


def _said(entry: Committed) -> str:
    waited = f"<comment>commit confirmed, rollback in {entry.minutes}mins</comment>" if entry.minutes else ""
    return waited + (f"<log>{escape(entry.note)}</log>" if entry.note else "")


def _instant(device: JuniperJunos, at: float) -> str:
    return f'<date-time seconds="{int(at)}">{device.stamp(at)}</date-time>'


def uptime(call: Call) -> str:
    """The time, and since when it runs."""
    now = f"<current-time>{_instant(call.device, call.device.now)}</current-time>"
    since = call.device.now - call.device.clock.now() + call.device.booted
    booted = f"<system-booted-time>{_instant(call.device, since)}</system-booted-time>"
    return f"<system-uptime-information>{now}{booted}</system-uptime-information>"


def software(call: Call) -> str:
    """What it is and what runs on it."""
    return (
        f"<software-information><host-name>{call.device.hostname}</host-name><product-model>{call.device.model}</product-model>"
        f"<product-name>{call.device.model}</product-name><junos-version>{call.device.version}</junos-version>"
        "</software-information>"
    )


def inventory(call: Call) -> str:
    """Its chassis."""
    serial = f"SIM{sum(call.device.name.encode()):08d}"
    chassis = f"<name>Chassis</name><serial-number>{serial}</serial-number><description>simulated</description>"
    return f"<chassis-inventory><chassis>{chassis}</chassis></chassis-inventory>"


def interfaces(call: Call) -> str:
    """Its interfaces: those that are configured, all of them up."""
    top = call.device.active.top.below.get(("interfaces", ""))
    shown = "".join(_physical(port) for port in (top.shown() if top is not None else ()))
    return f"<interface-information>{shown}</interface-information>"


def _physical(port: Node) -> str:
    units = "".join(
        f"<logical-interface><name>{port.name}.{unit.name}</name>{_described(unit)}"
        "<if-config-flags><iff-up/></if-config-flags></logical-interface>"
        for unit in _units(port)
    )
    state = "down" if ("disable", "") in port.below else "up"
    facts = f"<admin-status>{state}</admin-status><oper-status>{state}</oper-status>{_described(port)}"
    hardware = "<mtu>1514</mtu><speed>1000mbps</speed><current-physical-address>02:00:00:00:00:01"
    return (
        f"<physical-interface><name>{port.name}</name>{facts}{hardware}</current-physical-address>"
        f"{units}</physical-interface>"
    )


def _units(port: Node) -> Iterator[Node]:
    return (node for node in port.shown() if node.spec.word == "unit")


def _described(node: Node) -> str:
    leaf = node.below.get(("description", ""))
    return f"<description>{escape(leaf.value or '')}</description>" if leaf is not None else ""
