"""What a simulated Junos finds wrong with a configuration as a whole when it is to be committed."""

from collections.abc import Iterator

from lab.simulators.juniper_junos.tree import Config, Node


def faults_of(config: Config) -> str:
    """What is said against it; nothing when it may be run."""
    return "".join(f"{line}\n" for line in _faults(config))


def _faults(config: Config) -> Iterator[str]:
    for port in _named(config.top, "interfaces"):
        tagged = any(word in ("vlan-tagging", "flexible-vlan-tagging") for word, _ in port.below)
        for unit in (node for node in port.below.values() if node.spec.word == "unit"):
            where = f"interfaces {port.name} unit {unit.name}"
            if ("vlan-id", "") in unit.below and not tagged:
                yield f"[edit {where}]\n  'vlan-id'\n    VLAN-ID can only be specified on tagged ethernet interfaces"
            yield from _filters(config, unit, where)
    for name in ("ospf", "ospf3"):
        for policy in (n for n in _named(config.top, "protocols", name) if n.spec.word == "export"):
            if policy.name not in config.values("policy-options"):
                yield f"[edit protocols {name}]\n  'export'\n    Policy {policy.name} is referenced but not defined"


def _filters(config: Config, unit: Node, where: str) -> Iterator[str]:
    for family in _named(unit, "family"):
        bound = family.below.get(("filter", ""))
        for use in bound.below.values() if bound is not None else ():
            known = config.values("firewall", "family", family.spec.word)
            if (use.value or use.name) not in known:
                said = f"Referenced filter '{use.value or use.name}' is not defined"
                yield f"[edit {where} family {family.spec.word}]\n  'filter'\n    {said}"


def _named(node: Node, *words: str) -> list[Node]:
    for word in words:
        below = node.below.get((word, ""))
        if below is None:
            return []
        node = below
    return list(node.below.values())
