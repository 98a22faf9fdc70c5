"""Operators' rules: those in mid-path stand on routers that forward for others."""

from collections.abc import Iterator

from inventory.checks.finding import Flaw, Severity, Subject, rule
from inventory.model.device import INFRASTRUCTURE


@rule("rule-routers", Severity.ERROR, "devices")
def rule_routers(subject: Subject) -> Iterator[Flaw]:
    """The routers that enforce a rule in mid-path are infrastructure whose configuration is ours."""
    for found in subject.network.rules:
        for name in found.routers:
            device = subject.network.device.get(name)
            if device is not None and device.role not in INFRASTRUCTURE:
                problem = f"routers names device:{name}, a {device.role}, which forwards for nobody else"
                yield Flaw("rules", found.slug, problem, "name core, PoP, data-centre or border routers")
            elif device is not None and device.platform is None:
                problem = f"routers names device:{name}, which is not configured by us"
                yield Flaw("rules", found.slug, problem, "name a router with a platform")
