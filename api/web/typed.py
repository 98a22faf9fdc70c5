"""Text as people type it into a search field: without Polish letters, in any case."""

import unicodedata

_LETTERS = str.maketrans({"ł": "l", "Ł": "L"})


def plain(text: str) -> str:
    """The text without marks on letters and without capitals."""
    split = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in split if not unicodedata.combining(letter)).casefold()


def holds(text: str, wanted: str) -> bool:
    """Whether a text holds every word of what was typed."""
    known = plain(text)
    return all(word in known for word in plain(wanted).split())
