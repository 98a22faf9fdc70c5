"""A maintenance window or a black-out as a value: what it is about and when it is open."""

from zoneinfo import ZoneInfo

from automation.change import Scope
from automation.jobs import cron
from inventory.model.fact import Fact


class Window(Fact):
    """Comes round by ``cron`` and lasts ``minutes``, or lasts from ``begins`` to ``ends``; with both, it comes round
    only between the two. An empty scope is every device."""

    name: str
    blackout: bool
    cron: str | None
    minutes: int | None
    begins: float | None
    ends: float | None
    scope: Scope
    reason: str
    who: str
    created: float

    @property
    def kind(self) -> str:
        """What it is called."""
        return "black-out" if self.blackout else "window"

    def concerns(self, device: str, site: str) -> bool:
        """Whether it is about a device."""
        named = self.scope.devices or self.scope.sites
        return not named or device in self.scope.devices or site in self.scope.sites

    def open_until(self, at: float, zone: ZoneInfo) -> float | None:
        """Until when it is open at an instant; null when it is not."""
        if (self.begins is not None and at < self.begins) or (self.ends is not None and at >= self.ends):
            return None
        last = float("inf") if self.ends is None else self.ends
        if self.cron is None:
            return last
        closes = cron.latest(self.cron, at, zone) + 60 * (self.minutes or 0)
        return min(closes, last) if at < closes else None

    def next_opening(self, at: float, zone: ZoneInfo) -> float | None:
        """When it opens next after an instant; null for never again."""
        if self.cron is None:
            return self.begins if self.begins is not None and self.begins > at else None
        found = cron.following(self.cron, max(at, (self.begins or 0) - 1), zone)
        return found if self.ends is None or found < self.ends else None
