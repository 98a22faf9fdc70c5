"""How a name of NetBox becomes one of ours: always the same way, and found back through the table of pairs."""

import hashlib
import re
import unicodedata
from collections.abc import Container

from inventory.model.device import INTERFACE, INTERFACE_MOST

SLUG_MOST = 63
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ß": "ss", "ø": "o", "đ": "d"})
_SHORT = (
    ("hundredgigabitethernet", "hu"),
    ("fortygigabitethernet", "fo"),
    ("twentyfivegigabitethernet", "twe"),
    ("tengigabitethernet", "te"),
    ("gigabitethernet", "gi"),
    ("fastethernet", "fa"),
    ("ethernet", "eth"),
    ("port-channel", "po"),
    ("loopback", "lo"),
    ("management", "mgmt"),
)
"""What vendors abbreviate as well."""


def slug_of(text: str, most: int = SLUG_MOST) -> str:
    """Keep what is a slug; write other names with small letters, digits and dashes.

    What has to be cut off is replaced by a digest of the whole name.
    """
    if len(text) <= most and _SLUG.fullmatch(text):
        return text
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not words:
        return f"x-{_digest(text)}"
    return words if len(words) <= most else f"{words[: most - 7].strip('-')}-{_digest(text)}"


def interface_name_of(text: str) -> str:
    """Keep what may be the name of an interface, for a device knows its ports by it; write others shorter, in letters
    and digits that it may have, a letter first."""
    if re.fullmatch(INTERFACE, text):
        return text
    lowered = text.strip().lower()
    for long, short in _SHORT:
        if lowered.startswith(long):
            lowered = short + lowered[len(long) :]
            break
    words = re.sub(r"[^a-z0-9-]+", "-", lowered).strip("-")
    words = words if words[:1].isalpha() else f"p{words}" if words else f"x-{_digest(text)}"
    return words if len(words) <= INTERFACE_MOST else f"{words[: INTERFACE_MOST - 7].strip('-')}-{_digest(text)}"


def unused(name: str, taken: Container[str], number: int, most: int = SLUG_MOST) -> str:
    """The name, or when another object has it already the name with the object's number in NetBox."""
    if name not in taken:
        return name
    tail = f"-{number}"
    return f"{name[: most - len(tail)].rstrip('-')}{tail}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:6]
