"""What somebody does behind the platform's back: filters, routes, wires, and agents that cannot send."""

import subprocess
from collections.abc import Callable, Iterable
from ipaddress import ip_network
from pathlib import Path

from inventory.errors import Unreachable
from inventory.policy import AGENT_PORT
from lab.directory import Directory
from lab.faults import agents
from lab.faults.fault import Effect, FaultKind
from lab.namespaces import first_process, run

_TABLE = "inet silesianet"
_RULES = {
    FaultKind.UNFILTERED: f"flush chain {_TABLE} forward\n",
    FaultKind.DRIFT: f'insert rule {_TABLE} forward iifname "lan*" tcp dport 443 reject with tcp reset\n',
}
_WIRE, _NEAR, _FAR, _METRIC = "wild0", "192.0.2.1", "192.0.2.2", "900"
"""The metric is worse than that of any routing protocol: the wire is used where nothing else is left."""


def transition(directory: Directory, changed: frozenset[Effect], after: frozenset[Effect]) -> None:
    """Carry out what differs, healing first."""
    for node in sorted({e.node for e in changed if e.kind in _RULES}):
        _filter(directory.node(node), {e.kind for e in after if e.node == node} & _RULES.keys())
    for node in sorted({e.node for e in changed if e.kind in agents.KINDS}):
        agents.transition(directory, node, {e.kind for e in after if e.node == node} & agents.KINDS)
    for effect in sorted(changed, key=lambda e: (e in after, e.node, e.target)):
        if effect.kind in _OTHERS:
            _OTHERS[effect.kind](directory, effect, effect in after)


def _filter(folder: Path, wanted: Iterable[FaultKind]) -> None:
    """Change the filter from what it was before anybody touched it, which is kept aside until all is put right."""
    kept = folder / "untouched.nft"
    if not kept.exists():
        kept.write_text(run(folder, ["nft", "-s", "list", "table", *_TABLE.split()]))
    rules = "".join(_RULES[kind] for kind in sorted(wanted))
    text = folder / "fault.nft"
    text.write_text(f"table {_TABLE}\ndelete table {_TABLE}\n{kept.read_text()}{rules}")
    run(folder, ["nft", "-f", str(text)])
    if not rules:
        kept.unlink()


def _blackhole(directory: Directory, effect: Effect, broken: bool) -> None:
    """Typed into the router's own command line, so that its running configuration tells of it."""
    no = "" if broken else "no "
    lines = [f"{no}{'ipv6' if ':' in a else 'ip'} route {ip_network(a)} blackhole\n" for a in effect.values]
    text = directory.node(effect.node) / "fault.conf"
    text.write_text("".join(lines))
    # a power cut may have taken the routes away already
    run(directory.node(effect.node), ["sh", "-c", f"vtysh -f {text} {'' if broken else '|| :'}"])


def _wire(directory: Directory, effect: Effect, broken: bool) -> None:
    """Both ends are effects; the one with the smaller name makes the wire, and either takes it away."""
    here, there = directory.node(effect.node), directory.node(effect.target)
    if not broken:
        run(here, ["sh", "-c", f"ip link del {_WIRE} 2>/dev/null || :"])
        return
    first = effect.node < effect.target
    if first:
        ends = [f"name {_WIRE} netns {first_process(folder)}".split() for folder in (here, there)]
        _outside(["ip", "link", "add", *ends[0], "type", "veth", "peer", *ends[1]])
    own, other = (_NEAR, _FAR) if first else (_FAR, _NEAR)
    steps = [f"addr add {own}/30 dev {_WIRE}", f"link set {_WIRE} up"]
    # the other end may not be up yet: onlink spares the question whether it can be reached
    steps += [f"route add {net} via {other} dev {_WIRE} metric {_METRIC} onlink" for net in effect.values]
    run(here, ["sh", "-ec", "\n".join(f"ip {step}" for step in steps)])


def _agent(directory: Directory, effect: Effect, broken: bool) -> None:
    """What the agent sends is dropped on its own machine; stopping the process would stop its starter for good."""
    table = "inet silesianet-blind"
    rule = f"chain out {{ type filter hook output priority 0; tcp dport {AGENT_PORT} drop\n}}\n"
    text = directory.node(effect.node) / "fault.nft"
    text.write_text(
        f"table {table} {{\n}}\ndelete table {table}\n" + (f"table {table} {{\n{rule}}}\n" if broken else "")
    )
    run(directory.node(effect.node), ["nft", "-f", str(text)])


def _outside(argv: list[str]) -> None:
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Unreachable(f"the wire could not be plugged in: {done.stderr.strip()}", fix="run `lab doctor`")


_OTHERS: dict[FaultKind, Callable[[Directory, Effect, bool], None]] = {
    FaultKind.BLACKHOLE: _blackhole,
    FaultKind.BYPASSED: _wire,
    FaultKind.BLIND: _agent,
}
