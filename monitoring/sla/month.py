"""A month of the calendar in Poland as a span of time: 28 to 31 days, an hour more or less when clocks change."""

import re
from datetime import date, datetime, time, timedelta

from inventory.day import ZONE, day_at
from inventory.errors import WrongUsage

MONTH = re.compile(r"(19|2\d)\d{2}-(0[1-9]|1[0-2])", re.ASCII)


def midnight(day: date) -> float:
    """When a day begins in Poland, epoch seconds."""
    return datetime.combine(day, time(), ZONE).timestamp()


def month_of(at: float) -> str:
    """The month an instant lies in, as ``YYYY-MM``."""
    return day_at(at).isoformat()[:7]


def first_day(month: str) -> date:
    """The first day of a month since 1900, ``YYYY-MM``; WrongUsage when it is written otherwise."""
    if MONTH.fullmatch(month) is None:
        raise WrongUsage(f"{month!r} is no month", where="month", fix="write YYYY-MM, as in 2026-11")
    return date.fromisoformat(f"{month}-01")


def next_month(day: date) -> date:
    """The first day of the month after that of a day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
