"""Which pages there are."""

from collections.abc import Callable

from api.reference import access, commands, netbox, settings, tables, vocabulary
from monitoring import metrics

PAGES: dict[str, Callable[[], str]] = {
    "cli.md": commands.page,
    "settings.md": settings.page,
    "access.md": access.page,
    "tables.md": tables.page,
    "metrics.md": metrics.reference,
    "probes.md": vocabulary.probes_page,
    "checks.md": vocabulary.checks_page,
    "reports.md": vocabulary.reports_page,
    "platforms.md": vocabulary.platforms_page,
    "netbox.md": netbox.page,
}
