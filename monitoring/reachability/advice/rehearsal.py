"""A change of the inventory tried out before it is saved: cells, losses, single points of failure, full links."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from inventory.model.element import ElementKind
from inventory.model.network import Network
from monitoring.reachability.advice.sharing import Shared, shared
from monitoring.reachability.cells import Cells
from monitoring.reachability.compute import compute
from monitoring.reachability.forecast import forecast
from monitoring.reachability.loads import Overloads, Traffic, overloads
from monitoring.reachability.sweep import Toll, sweep


@dataclass(frozen=True, slots=True)
class Difference:
    """Cells that a change takes away and cells it brings."""

    lost: Cells
    gained: Cells

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        return {"lost": _cells(self.lost), "gained": _cells(self.gained)}


@dataclass(frozen=True, slots=True)
class Shift:
    """What the failure of an element costs before and after; null where the element does not exist."""

    element: str
    before: Toll | None
    after: Toll | None

    @property
    def worse(self) -> bool:
        """Whether it costs more than before: people first, then cells."""
        return _weight(self.after) > _weight(self.before)

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        return {"element": self.element, "before": _costs(self.before), "after": _costs(self.after)}


@dataclass(frozen=True)
class Rehearsal:
    """What a draft does: by design, with what is down, to the losses of every element, and to the links."""

    designed: Difference
    down: tuple[str, ...]
    now: Difference
    shifts: tuple[Shift, ...]
    fakes: tuple[Shared, ...]
    before: Overloads
    after: Overloads

    @property
    def new_spofs(self) -> tuple[str, ...]:
        """Elements whose failure costs something only after the change."""
        return tuple(s.element for s in self.shifts if _points(s.element) and not _weight(s.before)[1])

    @property
    def vanished_spofs(self) -> tuple[str, ...]:
        """Elements whose failure cost something only before the change."""
        return tuple(s.element for s in self.shifts if _points(s.element) and not _weight(s.after)[1])

    def document(self) -> dict[str, Any]:
        """The JSON shape."""
        old, new = dict(_full(self.before)), dict(_full(self.after))
        return {
            "designed": self.designed.document(),
            "now": {"down": list(self.down), **self.now.document()},
            "losses": {
                "worse": [s.document() for s in self.shifts if s.worse],
                "better": [s.document() for s in self.shifts if not s.worse],
            },
            "spofs": {"new": list(self.new_spofs), "vanished": list(self.vanished_spofs)},
            "shared_risks": [fake.document() for fake in self.fakes],
            "overloads": {
                "new": [row for key, row in new.items() if key not in old],
                "vanished": [row for key, row in old.items() if key not in new],
            },
        }


def rehearse(
    before: Network, after: Network, day: date, down: Iterable[str] = (), traffic: Mapping[str, Traffic] | None = None
) -> Rehearsal:
    """Compare two networks in every respect; ``down`` are elements that do not work while they are compared."""
    missing = tuple(sorted(set(down)))
    expected = forecast(before, after, day)
    old, new = (compute(network, day, missing).cells for network in (before, after))
    return Rehearsal(
        designed=Difference(expected.lost, expected.gained),
        down=missing,
        now=Difference(old - new, new - old),
        shifts=tuple(_shifts(before, after, day)),
        fakes=shared(before, after),
        before=overloads(before, day, traffic),
        after=overloads(after, day, traffic),
    )


def _shifts(before: Network, after: Network, day: date) -> Iterator[Shift]:
    """Elements that cost something else than before, the most people first."""
    old, new = sweep(before, day).toll, sweep(after, day).toll
    found = [Shift(name, old.get(name), new.get(name)) for name in dict.fromkeys((*old, *new))]
    changed = [s for s in found if _weight(s.before) != _weight(s.after)]
    yield from sorted(changed, key=lambda s: (-max(_weight(s.before), _weight(s.after))[0], s.element))


def _weight(toll: Toll | None) -> tuple[int, int]:
    return (0, 0) if toll is None else (toll.people, toll.cells)


def _points(element: str) -> bool:
    """Whether an element is a single point of something else than itself."""
    return not element.startswith(f"{ElementKind.SERVICE}:")


def _costs(toll: Toll | None) -> dict[str, Any] | None:
    return None if toll is None else {key: value for key, value in asdict(toll).items() if key != "element"}


def _cells(cells: Cells) -> list[dict[str, str]]:
    return [{"site": site, "service": service} for site, service in cells]


def _full(found: Overloads) -> Iterator[tuple[tuple[str, str, str], dict[str, Any]]]:
    """Every link that is above its capacity, by the failure that makes it so; null with everything up."""
    for full in found.base:
        yield ("", full.link, full.towards), {"failure": None, **full.document()}
    for failure in found.failures:
        for full in failure.full:
            yield (failure.element, full.link, full.towards), {"failure": failure.element, **full.document()}
