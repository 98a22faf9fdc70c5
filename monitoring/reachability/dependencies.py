"""What e-services need of one another: a service works only with all it depends on, however far down."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from inventory.model.network import Network


@dataclass(frozen=True, slots=True)
class Dependency:
    """A service that asks another one for something."""

    asking: str
    asked: str


def dependencies(network: Network) -> Mapping[str, tuple[Dependency, ...]]:
    """By service, everything that must work behind it, the nearest first; a circle is walked once."""
    known = network.service
    return {
        service.slug: tuple(_behind(service.slug, lambda name: known[name].depends_on if name in known else ()))
        for service in network.services
        if service.depends_on
    }


def _behind(service: str, needed: Callable[[str], tuple[str, ...]]) -> Iterator[Dependency]:
    waiting, met = [service], {service}
    for asking in waiting:
        for asked in needed(asking):
            yield Dependency(asking, asked)
            if asked not in met:
                met.add(asked)
                waiting.append(asked)
