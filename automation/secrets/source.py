"""What a place with secrets offers, and what can be wrong with it. No value ever stands in a fault."""

import os
import stat
import tomllib
from pathlib import Path
from typing import Protocol

from inventory.errors import RefusedRequest, Unreachable

OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Source(Protocol):
    """A place with secrets."""

    @property
    def words(self) -> str:
        """What people call it: kind and place."""

    def get(self, name: str) -> str | None:
        """The value of a secret; null when it is not there. SecretsUnreadable when the place cannot be read."""


class SecretMissing(RefusedRequest, KeyError):
    """No source has a secret of that name."""


class SecretsUnreadable(RefusedRequest):
    """A source that is set but cannot be read as it is."""


class SecretsUnreachable(Unreachable):
    """A source that did not answer."""


def private(path: Path, words: str) -> bytes:
    """Content of a file that only its owner may read; SecretsUnreadable for any other."""
    try:
        with path.open("rb") as file:
            found = os.fstat(file.fileno())
            if found.st_mode & OTHERS:
                fix = f"chmod 600 {path}"
                raise SecretsUnreadable(f"others may read it (mode {found.st_mode & 0o777:04o})", where=words, fix=fix)
            if found.st_uid not in (0, os.geteuid()):
                raise SecretsUnreadable("it belongs to somebody else", where=words, fix=f"chown it: {path}")
            return file.read()
    except OSError as fault:
        raise SecretsUnreadable(fault.strerror or "it cannot be read", where=words, fix="name a file") from fault


def table(text: bytes, words: str) -> dict[str, str]:
    """Names and values of a TOML text. A fault of the text is told without the text."""
    try:
        found = tomllib.loads(text.decode())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        fix = 'write a line for each secret: name = "value"'
        raise SecretsUnreadable("it is no TOML", where=words, fix=fix) from None
    wrong = [name for name, value in found.items() if not isinstance(value, str)]
    if wrong:
        raise SecretsUnreadable(f"{wrong[0]} is no text", where=words, fix='write it as: name = "value"')
    return {name: value for name, value in found.items() if isinstance(value, str)}
