"""Reports as one JSON document."""

import orjson

from monitoring.reports import Report


def render(report: Report, language: str = "pl") -> bytes:  # noqa: ARG001  (keys are the same in every language)
    """The report's document."""
    return orjson.dumps(report.document(), option=orjson.OPT_INDENT_2)
