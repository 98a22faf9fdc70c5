"""``env``: the environment of the process, variables ``SILESIANET_SECRET_NAME``."""

import os
from dataclasses import dataclass

from automation.settings import SecretSettings

KIND = "env"
PREFIX = "SILESIANET_SECRET_"


@dataclass(frozen=True)
class Environment:
    """Names are written in capitals, with ``_`` for ``-``."""

    words: str = "env"

    def get(self, name: str) -> str | None:
        """The value; an empty one is none."""
        return os.environ.get(PREFIX + name.upper().replace("-", "_").replace(".", "_")) or None


def source(_place: str, _settings: SecretSettings) -> Environment:
    """The environment needs no place."""
    return Environment()
