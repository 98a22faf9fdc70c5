"""Reports as CSV (RFC 4180) that spreadsheets open correctly and cannot be tricked by."""

import csv
import io

from monitoring.reports import Report
from monitoring.reports.report import Value

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def render(report: Report, language: str = "pl") -> bytes:
    """UTF-8 with byte-order mark; text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    titles = [column.title_en if language == "en" else column.title_pl for column in report.columns]
    units = [f" [{column.unit}]" if column.unit else "" for column in report.columns]
    writer.writerow(title + unit for title, unit in zip(titles, units, strict=True))
    writer.writerows([_safe(value) for value in row] for row in report.rows)
    return out.getvalue().encode("utf-8-sig")


def _safe(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value
