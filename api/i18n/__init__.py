"""The page's two languages: English text in the templates, Polish in ``pl.po``; Polish is what a visitor gets first."""

from enum import StrEnum
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


class Language(StrEnum):
    """A language of the page."""

    PL = "pl"
    EN = "en"


FIRST = Language.PL


def chosen(*wishes: str | None) -> Language:
    """The first wish that is a language of ours, else Polish."""
    return next((Language(wish) for wish in wishes if wish in set(Language)), FIRST)


@cache
def translations(language: Language) -> NullTranslations:
    """The catalogue of a language, read from its ``.po`` file; English is the text itself."""
    source = files(__name__) / f"{language}.po"
    if not source.is_file():
        return NullTranslations()
    with source.open("rb") as stream:
        catalogue = read_po(stream, locale=language)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
