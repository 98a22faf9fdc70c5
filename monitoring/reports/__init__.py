"""Reports: one file each, found by name; what they return is data, how it looks is decided in ``api``."""

from importlib import import_module
from pkgutil import iter_modules

from monitoring.reports.report import Report, ReportKind, Sources

__all__ = ["REPORTS", "Report", "ReportKind", "Sources"]


def _found() -> dict[str, ReportKind]:
    names = sorted(module.name for module in iter_modules(__path__) if module.name != "report")
    kinds: list[ReportKind] = [import_module(f"{__name__}.{name}").REPORT for name in names]
    return {kind.slug: kind for kind in kinds}


REPORTS: dict[str, ReportKind] = _found()
"""Every report by slug."""
