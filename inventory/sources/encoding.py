"""What octets of a text file mean: UTF-8 or, as Polish spreadsheets still write, CP1250."""

import codecs
import re

from inventory.errors import WrongUsage
from inventory.sources.document import Fault

ENCODINGS = ("utf-8", "cp1250", "iso-8859-2", "utf-16")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_OTHER = re.compile(r"[¶¦]|(?<=[a-ząćęłńóśźż])[±Ľ]|[ˇ¬](?=[a-ząćęłńóśźż])")
"""What the Polish letters of ISO 8859-2 that differ look like when taken for CP1250."""


def known(encoding: str) -> str:
    """The name of an encoding we read; WrongUsage for any other."""
    name = encoding.lower().replace("windows-", "cp").replace("_", "-")
    if name not in ENCODINGS:
        raise WrongUsage(f"encoding {encoding!r} is not known", fix=f"use one of {', '.join(ENCODINGS)}")
    return name


def decode(octets: bytes, encoding: str | None = None) -> tuple[str, str]:
    """The text and the encoding it was read in; without a name UTF-8 and then CP1250 are tried. Fault when it is none.

    A mark at the beginning decides before anything else and is not part of the text.
    """
    for mark, name in _MARKS:
        if octets.startswith(mark):
            return _strictly(octets[len(mark) :], name), name
    if encoding is not None:
        return _strictly(octets, encoding), encoding
    try:
        return octets.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        if _mostly_utf8(octets):
            _strictly(octets, "utf-8", "damaged UTF-8")
        text = _strictly(octets, "cp1250", "neither UTF-8 nor CP1250")
    other = _OTHER.search(text)
    if other:
        line = text[: other.start()].count("\n") + 1
        raise Fault(line, f"holds {other[0]!r}, so it may be ISO 8859-2", "say so with --encoding iso-8859-2 or cp1250")
    return text, "cp1250"


def _mostly_utf8(octets: bytes) -> bool:
    """Whether more letters are sound in UTF-8 than are not; CP1250 looks so only by rare chance."""
    text = octets.decode("utf-8", "replace")
    broken = text.count("\N{REPLACEMENT CHARACTER}")
    return sum(not letter.isascii() for letter in text) - broken > broken


def _strictly(octets: bytes, encoding: str, problem: str = "") -> str:
    try:
        return octets.decode(encoding)
    except UnicodeDecodeError as error:
        line = octets[: error.start].count(b"\n") + 1
        told = f"{problem or f'not {encoding.upper()}'}: octet 0x{octets[error.start]:02x} at offset {error.start}"
        raise Fault(line, told, f"save it as UTF-8, or say --encoding, one of {', '.join(ENCODINGS)}") from error
