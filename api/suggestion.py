"""Unknown names: a 404 that names the nearest known one."""

from collections.abc import Iterable
from difflib import get_close_matches

from inventory.errors import UnknownObject


def unknown(noun: str, slug: str, known: Iterable[str]) -> UnknownObject:
    """The error for a slug that is not there."""
    near = get_close_matches(slug, list(known), n=3, cutoff=0.5)
    fix = f"did you mean {' or '.join(near)}?" if near else f"GET /api/v1/{noun} names them"
    return UnknownObject(f"no such slug among {noun}", where=slug, fix=fix)
