"""Reports as one self-contained page: readable without style, printable, no scripts."""

from datetime import UTC, datetime

from jinja2 import Environment

from monitoring.reports import Report
from monitoring.reports.report import Value

_PAGE = """\
<!DOCTYPE html>
<html lang="{{ language }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 80rem; padding: 0 1rem; color: #111; }
table { border-collapse: collapse; width: 100%; }
th, td { border-bottom: 1px solid #767676; padding: .3rem .6rem; text-align: left; vertical-align: top; }
td.number { text-align: right; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .5rem; }
</style>
</head>
<body>
<main>
<h1>{{ title }}</h1>
<table>
<caption>{{ caption }}</caption>
<thead><tr>{% for name in titles %}<th scope="col">{{ name }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in rows %}<tr>
{%- for cell in row %}<td{% if cell is number %} class="number"{% endif %}>{{ cell | shown }}</td>{% endfor -%}
</tr>
{% endfor %}</tbody>
</table>
{% for note in notes %}<p>{{ note }}</p>
{% endfor %}</main>
</body>
</html>
"""


def render(report: Report, language: str = "pl") -> bytes:
    """The page, in Polish or English."""
    english = language == "en"
    page = Environment(autoescape=True)
    page.filters["shown"] = lambda value: _shown(value, english)
    moment = datetime.fromtimestamp(report.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    titles = [column.title_en if english else column.title_pl for column in report.columns]
    units = [f" [{column.unit}]" if column.unit else "" for column in report.columns]
    text = page.from_string(_PAGE).render(
        language="en" if english else "pl",
        title=report.title_en if english else report.title_pl,
        caption=f"{'As of' if english else 'Stan na'} {moment}",
        titles=[title + unit for title, unit in zip(titles, units, strict=True)],
        rows=report.rows,
        notes=report.notes_en if english else report.notes_pl,
    )
    return text.encode()


def _shown(value: Value, english: bool) -> str:
    if value is None:
        return "no data" if english else "brak danych"
    if isinstance(value, str):
        return value
    text = f"{value:,}"
    return text if english else text.replace(",", "\u00a0").replace(".", ",")
