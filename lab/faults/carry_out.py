"""From effects to nodes: interfaces, drop rules, power, stand-ins and names."""

from collections.abc import Iterable

from lab import power
from lab.bootstrap import names, services
from lab.directory import Directory
from lab.faults import tampering
from lab.faults.fault import Effect, FaultKind
from lab.namespaces import kept, run

_TABLE = "silesianet-fault-"
_QUALITY = frozenset({FaultKind.SILENT, FaultKind.LOSS})
_NAMES = frozenset({FaultKind.DNS, FaultKind.MOVED})


def transition(directory: Directory, before: frozenset[Effect], after: frozenset[Effect]) -> None:
    """Carry out exactly what differs, healing first, so that overlapping faults never undo each other."""
    changed = before ^ after
    dark = {e.node for e in after if e.kind is FaultKind.OFF}
    cut = {(e.node, e.target) for e in after if e.kind is FaultKind.DOWN}
    for node in sorted({e.node for e in changed if e.kind is FaultKind.OFF}):
        if node in dark:
            power.off(directory.node(node))
        else:
            power.on(directory.node(node), cut=[port for name, port in cut if name == node])
    for node, port in sorted({(e.node, e.target) for e in changed if e.kind is FaultKind.DOWN}):
        if node not in dark:
            run(directory.node(node), ["ip", "link", "set", port, "down" if (node, port) in cut else "up"])
    for node, port in sorted({(e.node, e.target) for e in changed if e.kind in _QUALITY}):
        rules = drop_rules(port, [e for e in after if (e.node, e.target) == (node, port)])
        rule_file = directory.node(node) / "fault.nft"
        rule_file.write_text(rules)
        run(directory.node(node), ["nft", "-f", str(rule_file)])
    for node in sorted({e.node for e in changed if e.kind is FaultKind.STOPPED}):
        stopped = kept(directory.node(node), services.STOPPED)
        stopped.write_text("".join(f"{e.target}\n" for e in after if (e.node, e.kind) == (node, FaultKind.STOPPED)))
    for node in sorted({e.node for e in changed if e.kind in _NAMES}):
        broken = {e.target: e.values for e in after if e.node == node and e.kind in _NAMES}
        all_names = kept(directory.node(node), names.ALL_HOSTS).read_text()
        kept(directory.node(node), names.HOSTS).write_text(names.led_astray(all_names, broken))
        run(directory.node(node), ["sh", "-c", names.RELOAD])
    tampering.transition(directory, changed, after)


def drop_rules(port: str, effects: Iterable[Effect]) -> str:
    """The nft text that makes a port's cable silent or lossy; it replaces what was there for this port only."""
    table = f"netdev {_TABLE}{port}"
    text = f"table {table} {{\n}}\ndelete table {table}\n"
    quality = [e for e in effects if e.kind in _QUALITY]
    if not quality:
        return text
    hooks: tuple[str, ...]
    if any(e.kind is FaultKind.SILENT for e in quality):
        hooks, verdict = ("ingress", "egress"), "drop"
    else:
        share = round(max(e.percent for e in quality) * 100)
        hooks, verdict = ("ingress",), "drop" if share >= 10000 else f"numgen random mod 10000 < {share} drop"
    chains = "".join(
        f'    chain on-{hook} {{\n        type filter hook {hook} device "{port}" priority 0; policy accept;\n'
        f"        {verdict}\n    }}\n"
        for hook in hooks
    )
    return f"{text}table {table} {{\n{chains}}}\n"
