"""How a report looks in each format: one file per format, each with ``render(report, language) -> bytes``."""

from collections.abc import Callable
from dataclasses import dataclass

from api.render import as_csv, as_html, as_json
from monitoring.reports import Report


@dataclass(frozen=True)
class Format:
    """A format a report can be had in."""

    media_type: str
    render: Callable[[Report, str], bytes]


FORMATS: dict[str, Format] = {
    "csv": Format("text/csv; charset=utf-8", as_csv.render),
    "html": Format("text/html; charset=utf-8", as_html.render),
    "json": Format("application/json", as_json.render),
}
