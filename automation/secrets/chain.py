"""The sources in the order an operator set them: the first that has a secret gives it."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import automation.secrets
from automation.secrets.source import SecretMissing, Source
from automation.settings import SecretSettings
from inventory.errors import WrongUsage

NOT_KINDS = ("source", "chain", "discreet", "needed")
FRESH_SECONDS = 60.0
"""How long sources are not read again: a change of many devices asks for the same secrets thousands of times."""


@dataclass
class Secrets:
    """For several threads at once; no value is ever shown."""

    settings: SecretSettings
    _sources: tuple[Source, ...] = field(default=(), repr=False)
    _until: float = field(default=0.0, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def get(self, name: str) -> str:
        """The value; SecretMissing names the secret and every source that was asked."""
        found = self.found(name)
        if found is None:
            asked = ", ".join(s.words for s in self.sources()) or "no source"
            raise SecretMissing(
                f"no secret {name!r} in {asked}", where=f"secret:{name}", fix="see `silesianet secrets check`"
            )
        return found[1]

    def found(self, name: str) -> tuple[Source, str] | None:
        """The first source that has it, with its value. A source that cannot be read ends the search with its fault."""
        for source in self.sources():
            value = source.get(name)
            if value is not None:
                return source, value
        return None

    def known(self, names: Iterable[str]) -> dict[str, str]:
        """Values of those names that some source has, to look for them where they must not be."""
        return {name: found[1] for name in names if (found := self.found(name))}

    def sources(self) -> tuple[Source, ...]:
        """Sources as set; WrongUsage for a kind there is not."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._sources = tuple(opened(text.strip(), self.settings) for text in self.settings.listed)
                self._until = time.monotonic() + FRESH_SECONDS
            return self._sources


def opened(text: str, settings: SecretSettings) -> Source:
    """A source as it is set: ``kind`` or ``kind:place``."""
    kind, _, place = text.partition(":")
    if kind not in kinds():
        known = ", ".join(sorted(kinds()))
        raise WrongUsage(f"no kind of secrets {kind!r}", where="SILESIANET_SECRETS", fix=f"kinds are {known}")
    if kind in ("file", "age") and not place:
        raise WrongUsage(f"{kind} needs a path", where="SILESIANET_SECRETS", fix=f"write {kind}:/path")
    made: Source = kinds()[kind].source(place, settings)
    return made


@cache
def kinds() -> dict[str, Any]:
    """Every kind of source there is: one module each, with ``KIND`` and ``source``."""
    names = [module.name for module in iter_modules(automation.secrets.__path__) if module.name not in NOT_KINDS]
    modules = [import_module(f"automation.secrets.{name}") for name in names]
    return {module.KIND: module for module in modules}


@cache
def secrets_of(settings: SecretSettings) -> Secrets:
    """One chain for each setting, so that sources are not read for every login."""
    return Secrets(settings)
