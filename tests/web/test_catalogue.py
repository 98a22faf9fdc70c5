"""Polish first: every text of the templates is in the catalogue, and the catalogue holds no other."""

from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from api.i18n import Language, chosen, translations

API = Path(__file__).parents[2] / "api"


def test_every_text_of_a_page_is_translated() -> None:
    options = {"**.html": {"newstyle_gettext": "true"}}
    found = extract_from_dir(API / "web" / "templates", [("**.html", "jinja2")], options)
    texts = {message for _, _, message, _, _ in found}
    with (API / "i18n" / "pl.po").open("rb") as stream:
        catalogue = {entry.id: entry.string for entry in read_po(stream, locale="pl") if entry.id}
    ids = {tuple(i) if isinstance(i, list | tuple) else i for i in catalogue}
    assert ids == texts
    assert all(text and all(text) for text in catalogue.values())


def test_polish_numbers_have_three_forms() -> None:
    polish = translations(Language.PL)
    forms = [polish.ngettext("%(num)s site", "%(num)s sites", n) % {"num": n} for n in (1, 3, 5, 22)]
    assert forms == ["1 miejsce", "3 miejsca", "5 miejsc", "22 miejsca"]


def test_the_first_language_is_polish() -> None:
    assert chosen(None, "de", None) is Language.PL
    assert chosen("en", "pl") is Language.EN
