"""Where things go on the map: coordinates to a drawing, crowded places pushed apart, labels that do not collide."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import hypot

from inventory.model.site import Site

WIDTH, HEIGHT, MARGIN = 1000.0, 560.0, 70.0
APART = 38.0
"""Least distance between two markers, in drawing units."""

LETTER, LINE = 7.4, 17.0
"""Size of one letter and of one line of a label, in drawing units."""


@dataclass(frozen=True)
class Point:
    """A place on the drawing; y grows downwards."""

    x: float
    y: float


@dataclass(frozen=True)
class Label:
    """A text beside a marker."""

    x: float
    y: float
    anchor: str


def project(sites: Sequence[Site]) -> dict[str, Point]:
    """Place sites by their coordinates: half true to scale, half by rank, so that a dense centre gets room."""
    xs = _spaced({s.slug: s.coordinates.longitude for s in sites}, WIDTH)
    ys = _spaced({s.slug: -s.coordinates.latitude for s in sites}, HEIGHT)
    return _spread({slug: Point(xs[slug], ys[slug]) for slug in xs})


def _spaced(values: Mapping[str, float], size: float) -> dict[str, float]:
    """Positions along one axis, inside the margins."""
    ordered = sorted(values, key=lambda slug: (values[slug], slug))
    low, span = min(values.values(), default=0.0), max(values.values(), default=0.0) - min(values.values(), default=0.0)
    last = max(len(ordered) - 1, 1)
    shares = {slug: ((values[slug] - low) / (span or 1.0) + rank / last) / 2 for rank, slug in enumerate(ordered)}
    return {slug: MARGIN + share * (size - 2 * MARGIN) for slug, share in shares.items()}


def _spread(places: dict[str, Point], rounds: int = 160) -> dict[str, Point]:
    names = sorted(places)
    for _ in range(rounds):
        moved = False
        for i, a in enumerate(names):
            for b in names[i + 1 :]:
                dx, dy = places[b].x - places[a].x, places[b].y - places[a].y
                distance = hypot(dx, dy)
                if distance >= APART:
                    continue
                ux, uy = (dx / distance, dy / distance) if distance else (1.0, 0.0)
                step = (APART - distance) / 2 + 0.1
                places[a] = _inside(places[a].x - ux * step, places[a].y - uy * step)
                places[b] = _inside(places[b].x + ux * step, places[b].y + uy * step)
                moved = True
        if not moved:
            break
    return {name: Point(round(p.x, 1), round(p.y, 1)) for name, p in places.items()}


def _inside(x: float, y: float) -> Point:
    return Point(min(max(x, 20.0), WIDTH - 20.0), min(max(y, 20.0), HEIGHT - 20.0))


type Box = tuple[float, float, float, float]


def labels(places: Mapping[str, Point], texts: Mapping[str, str]) -> dict[str, Label]:
    """A label for every marker that has room for one; the order of ``texts`` is the order of importance."""
    taken: list[Box] = [(p.x - 13, p.y - 13, p.x + 13, p.y + 13) for p in places.values()]
    placed: dict[str, Label] = {}
    for slug, text in texts.items():
        for label, box in _candidates(places[slug], len(text) * LETTER):
            if _free(box, taken):
                placed[slug] = label
                taken.append(box)
                break
    return placed


def _candidates(p: Point, width: float) -> list[tuple[Label, Box]]:
    right, left = p.x + 18, p.x - 18
    spots: list[tuple[Label, Box]] = []
    for dy in (0.0, -11.0, 11.0):
        y = p.y + dy
        spots.append((Label(right, y + 5, "start"), (right, y - LINE / 2, right + width, y + LINE / 2)))
        spots.append((Label(left, y + 5, "end"), (left - width, y - LINE / 2, left, y + LINE / 2)))
    for y in (p.y - 24, p.y + 24):
        spots.append((Label(p.x, y + 5, "middle"), (p.x - width / 2, y - LINE / 2, p.x + width / 2, y + LINE / 2)))
    return spots


def _free(box: Box, taken: Sequence[Box]) -> bool:
    x1, y1, x2, y2 = box
    if x1 < 2 or x2 > WIDTH - 2 or y1 < 2 or y2 > HEIGHT - 2:
        return False
    return all(x2 <= a1 or x1 >= a2 or y2 <= b1 or y1 >= b2 for a1, b1, a2, b2 in taken)
