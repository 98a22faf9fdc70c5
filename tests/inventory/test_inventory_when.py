"""Moments are written as revisions, days or instants."""

import pytest

from inventory.database.revision import parse_when
from inventory.errors import WrongUsage


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("12", 12),
        ("1970-01-01T00:00:10Z", 10.0),
        ("1970-01-01T00:00:10", 10.0),
        ("1970-01-01T01:00:10+01:00", 10.0),
        ("1970-01-01", pytest.approx(23 * 3600)),
    ],
)
def test_a_moment_is_read(text: str, when: float) -> None:
    """A day lasts until midnight in Poland, one hour ahead of UTC in winter."""
    assert parse_when(text) == when
    assert isinstance(parse_when(text), int) is text.isdecimal()


@pytest.mark.parametrize("text", ["", "yesterday", "-1", "2026-13-01", "12.5"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="is neither a revision nor an instant; write a revision number, a date"):
        parse_when(text)


@pytest.mark.parametrize("text", ["0001-01-01", "1969-12-31", "9999-12-31T23:59:59-12:00", "9999-01-01"])
def test_what_no_calendar_holds_is_refused(text: str) -> None:
    with pytest.raises(WrongUsage, match="too far away; name a moment of the years 1970 to 9998"):
        parse_when(text)
