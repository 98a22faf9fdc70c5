"""The pages of words the platform uses: rules of the inventory, kinds of probes, reports."""

import inspect
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import monitoring.probes
import monitoring.reports
from api.reference.page import table
from inventory.checks.registry import rules


def checks() -> str:
    """Every rule of the inventory."""
    rows = [(f"`{r.name}`", r.severity.value, r.explanation) for r in rules().values()]
    head = ["# Rules of the inventory", "", "`silesianet inventory check` holds the inventory to these.", ""]
    head += [
        "A breach of severity error refuses an import; a warning is probably a mistake; info is worth knowing.",
        "",
    ]
    return "\n".join([*head, *table(("rule", "severity", "what it demands"), rows), ""])


def probes() -> str:
    """Every kind of probe."""
    head = ["# Kinds of probes", "", "An e-service's protocol in the inventory chooses the kind of its probe.", ""]
    rows = [(f"`{name}`", text) for name, text in _modules(monitoring.probes.__path__, "monitoring.probes")]
    shown = [row for row in rows if row[0].strip("`") not in monitoring.probes.NOT_KINDS]
    return "\n".join([*head, *table(("kind", "what it proves"), shown), ""])


def reports() -> str:
    """Every report."""
    rows = [(f"`{name}`", text) for name, text in _modules(monitoring.reports.__path__, "monitoring.reports")]
    return "\n".join(["# Reports", "", *table(("report", "what it shows"), rows), ""])


def _modules(path: list[str], package: str) -> Iterator[tuple[str, str]]:
    """Modules of a folder in which a file is an entry, with the first paragraph of what they say."""
    for module in pkgutil.iter_modules(path):
        text = inspect.getdoc(import_module(f"{package}.{module.name}")) or ""
        yield module.name, " ".join(text.partition("\n\n")[0].replace("``", "`").split())
