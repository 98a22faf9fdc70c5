"""Entitlements, services and contracts begin and end at midnight in Poland, wherever the server stands."""

import time
from datetime import date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Warsaw")


def day_at(at: float | None = None) -> date:
    """The day in Poland at an instant (epoch seconds), today when none is given."""
    return datetime.fromtimestamp(time.time() if at is None else at, ZONE).date()
