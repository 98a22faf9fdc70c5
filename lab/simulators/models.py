"""Which simulated operating system stands for which platform: every module of this package that defines one says so."""

import pkgutil
from functools import cache
from importlib import import_module

from inventory.errors import UnknownObject
from lab import simulators
from lab.simulators.device import Simulated


@cache
def models() -> dict[str, type[Simulated]]:
    """Models by the slug of the platform they stand for."""
    for module in pkgutil.iter_modules(simulators.__path__):
        if not module.name.startswith("_"):
            import_module(f"{simulators.__name__}.{module.name}")
    found = _below(Simulated)  # type: ignore[type-abstract]
    return {model.platform: model for model in found if model.__module__.startswith(simulators.__name__)}


def model_of(platform: str) -> type[Simulated]:
    """The model of a platform; UnknownObject says which there are."""
    found = models().get(platform)
    if found is None:
        known = ", ".join(sorted(models())) or "none"
        raise UnknownObject(
            f"no simulated device of platform {platform!r}", where=f"platform:{platform}", fix=f"there are {known}"
        )
    return found


def _below(kind: type[Simulated]) -> set[type[Simulated]]:
    """Subclasses that name a platform of their own."""
    direct = set(kind.__subclasses__())
    return {c for c in direct if "platform" in vars(c)}.union(*(_below(c) for c in direct))
