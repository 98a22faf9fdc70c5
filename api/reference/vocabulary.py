"""The pages of words the platform uses: rules of the inventory, kinds of probes, reports."""

import inspect
from pathlib import Path
from types import ModuleType

from api.reference.page import table
from api.render import FORMATS
from inventory import platforms
from inventory.checks.registry import rules
from monitoring import probes
from monitoring.reports import REPORTS


def checks_page() -> str:
    """Every rule of the inventory."""
    rows = [(f"`{r.name}`", r.severity.value, r.explanation) for r in rules().values()]
    head = ["# Rules of the inventory", "", "`silesianet inventory check` holds the inventory to these.", ""]
    head += [
        "A breach of severity error refuses an import; a warning is probably a mistake; info is worth knowing.",
        "",
    ]
    return "\n".join([*head, *table(("rule", "severity", "what it demands"), rows), ""])


def probes_page() -> str:
    """Every kind of probe."""
    head = ["# Kinds of probes", "", "An e-service's protocol in the inventory chooses the kind of its probe.", ""]
    rows = [(f"`{name}`", _summary(probes.kind(name))) for name in probes.kinds()]
    return "\n".join([*head, *table(("kind", "what it proves"), rows), ""])


def reports_page() -> str:
    """Every report."""
    head = ["# Reports", "", "Each is served as `/api/v1/reports/SLUG.FORM`.", ""]
    rows = [(f"`{k.slug}`", k.title_en, ", ".join(k.options), ", ".join(sorted(FORMATS))) for k in REPORTS.values()]
    return "\n".join([*head, *table(("report", "title", "options", "forms"), rows), ""])


def platforms_page() -> str:
    """Every device platform and what it has been shown to do."""
    head = ["# Platforms", "", "A device of the inventory names one of these. Written from `inventory/platforms/`.", ""]
    rows = [
        (
            f"`{slug}`", p.name, ", ".join(f"`{a}`" for a in p.aliases), f"`{p.transport}`",
            str(p.capabilities.commit_confirm), f"{p.capabilities.timer_step_seconds} s", ", ".join(p.parts),
            ", ".join(f"`{Path(test).name}`" for test in p.capabilities.proved_by),
        )
        for slug, p in platforms.all().items()
    ]  # fmt: skip
    columns = ("platform", "what it is", "also", "transport", "timer", "step", "parts", "shown by")
    tail = ["", "`timer` says who takes an unconfirmed change back: the system of the device itself (`native`), our"]
    tail += ["program or a job of ours on it (`device`), or nobody (`none`: changes are refused).", ""]
    return "\n".join([*head, *table(columns, rows), *tail])


def _summary(module: ModuleType) -> str:
    """The first paragraph of what a module says."""
    return " ".join((inspect.getdoc(module) or "").partition("\n\n")[0].replace("``", "`").split())
