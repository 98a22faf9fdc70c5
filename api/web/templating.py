"""Jinja with both languages: one environment for each, dates and numbers as the language writes them."""

from datetime import UTC, datetime
from functools import cache
from hashlib import blake2b
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from babel.dates import format_datetime
from babel.numbers import format_decimal, format_percent
from fastapi import Request
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.responses import HTMLResponse

from api.access_log import Entry
from api.i18n import Language, chosen, translations
from api.login.doors import Doors
from api.tokens import Principal
from inventory.day import ZONE

LANGUAGE_COOKIE = "silesianet_lang"
MISSING = "—"
YEAR_SECONDS = 365 * 86400

WRITTEN_IN = {"/rowny-dostep": Language.PL, "/equal-access": Language.EN}
"""Pages whose address is in a language."""

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "private, no-store",
}


def language_of(request: Request) -> Language:
    """The language of a page: as the address asks or is itself, else as chosen before, else Polish."""
    asked, written = request.query_params.get("lang"), WRITTEN_IN.get(request.url.path)
    return chosen(asked, written, request.cookies.get(LANGUAGE_COOKIE))


def page(request: Request, template: str, code: int = 200, /, **values: Any) -> HTMLResponse:
    """Render a page in the reader's language; a language asked for in the address is remembered."""
    language = language_of(request)
    principal = getattr(request.state, "principal", None)
    common = {"language": language, "principal": principal, "version": version(), "alarms": _alarms(request, principal)}
    common["address"] = dict(request.query_params)
    text = environment(language).get_template(template).render({**common, **values})
    answer = HTMLResponse(text, code, HEADERS)
    if request.query_params.get("lang") == language:
        answer.set_cookie(LANGUAGE_COOKIE, language, max_age=YEAR_SECONDS, httponly=True, samesite="strict")
    return answer


def _alarms(request: Request, principal: Principal | None) -> list[Entry]:
    """Uses of the emergency login that nobody has acknowledged; not the business of single tenants."""
    if principal is None or principal.tenant is not None:
        return []
    doors: Doors = request.app.state.doors
    return doors.log.alarms()


def error_page(request: Request, status: int, detail: str) -> HTMLResponse:
    """What went wrong, for people."""
    title = HTTPStatus(status).phrase
    return page(request, "error.html", status, status=status, title=title, detail=detail)


@cache
def environment(language: Language) -> Environment:
    """Templates in one language."""
    extensions = ["jinja2.ext.i18n"]
    found = Environment(
        loader=PackageLoader("api.web"),
        extensions=extensions,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.install_gettext_translations(translations(language), newstyle=True)  # type: ignore[attr-defined]
    found.filters["moment"] = lambda at: moment(at, language)
    found.filters["number"] = lambda value: format_decimal(value, locale=language)
    found.filters["bitrate"] = lambda value: bitrate(value, language)
    found.filters["share"] = lambda value: share(value, language)
    return found


def bitrate(bits_per_second: float | None, language: Language) -> str:
    """A measured rate in the unit that suits it; a dash when there is none."""
    if bits_per_second is None:
        return MISSING
    units = (("Gb/s", 1e9), ("Mb/s", 1e6), ("kb/s", 1e3), ("b/s", 1.0))
    unit, factor = next((u for u in units if bits_per_second >= u[1]), units[-1])
    return f"{format_decimal(bits_per_second / factor, format='#,##0.#', locale=language)} {unit}"


def share(value: float | None, language: Language) -> str:
    """A share of a whole as per cent; a dash when there is none."""
    return MISSING if value is None else format_percent(value, format="0.##%", locale=language)


def moment(at: str | float | datetime, language: Language) -> str:
    """An instant (RFC 3339 text, epoch seconds or datetime) in local time: without the day if it is today."""
    if isinstance(at, str):
        at = datetime.fromisoformat(at)
    elif not isinstance(at, datetime):
        at = datetime.fromtimestamp(at, UTC)
    local = at.astimezone(ZONE)
    form = "HH:mm:ss" if local.date() == datetime.now(ZONE).date() else "d MMM y, HH:mm"
    return format_datetime(local, form, tzinfo=ZONE, locale=language)


@cache
def version() -> str:
    """A digest of the static files, so that browsers fetch them again when they change."""
    static = files("api.web") / "static"
    content = b"".join(part.read_bytes() for part in sorted(static.iterdir(), key=lambda part: part.name))
    return blake2b(content, digest_size=6).hexdigest()
