"""Which pages there are."""

from collections.abc import Callable

from api.reference import commands, settings

PAGES: dict[str, Callable[[], str]] = {
    "cli.md": commands.page,
    "settings.md": settings.page,
}
