#!/usr/bin/env python3
"""Works a service-level figure out again from exported raw results, with Python's standard library alone.

    curl -H "Authorization: Bearer TOKEN" "URL/api/v1/sla/raw?site=SITE&service=SERVICE&month=2026-11" -o raw.csv
    python3 recompute_sla.py raw.csv

The rule: a result holds until the next one; where the next one comes later than `hold` milliseconds, or never, the time
between is unknown, neither up nor down. Time outside the span and inside excluded windows does not count. An incident
runs from a failed result to the next good one. Availability is up / (up + down), in percent.
"""

import csv
import json
import sys
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta


def ms(text: str) -> int:
    """Milliseconds since 1970 of an instant such as 2026-11-01T00:00:00.000Z."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def merged(windows: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    """Windows inside the span, without overlap."""
    found: list[tuple[int, int]] = []
    for a, b in sorted(windows):
        a, b = max(a, start, found[-1][1] if found else start), min(b, end)
        if a < b:
            found.append((a, b))
    return found


def recompute(lines: Iterable[str]) -> dict[str, float | None]:
    """The figure from the lines of the file."""
    rows = list(csv.DictReader(lines))
    (start, end), *_ = ((ms(r["from"]), ms(r["until"])) for r in rows if r["kind"] == "span")
    hold = next(int(r["value"]) for r in rows if r["kind"] == "hold")
    windows = merged([(ms(r["from"]), ms(r["until"])) for r in rows if r["kind"] == "excluded"], start, end)
    results = [(ms(r["from"]), ms(r["until"]), r["value"] == "ok") for r in rows if r["kind"] == "result"]
    up = down = incidents = longest = outage = 0
    for number, (first, last, ok) in enumerate(results):
        following = results[number + 1][0] if number + 1 < len(results) else None
        until = following if following is not None and following - last <= hold else last
        a, b = max(first, start), min(until, end)
        known = max(0, b - a) - sum(max(0, min(b, y) - max(a, x)) for x, y in windows)
        if ok:
            up, outage = up + known, 0
        else:
            incidents += known > 0 and outage == 0
            down, outage = down + known, outage + known
            longest = max(longest, outage)
    excluded = sum(b - a for a, b in windows)
    return {
        "availability": up / (up + down) * 100 if up + down else None,
        "total_ms": end - start,
        "up_ms": up,
        "down_ms": down,
        "unknown_ms": end - start - up - down - excluded,
        "excluded_ms": excluded,
        "incidents": incidents,
        "longest_ms": longest,
    }


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8", newline="") as file:  # noqa: PTH123
        sys.stdout.write(json.dumps(recompute(file), indent=2) + "\n")
