"""From one UCI configuration to another, option by option; a section keeps its place where nothing moves it."""

from collections.abc import Iterator

from automation.remediation.openwrt_text import ORDERED, Section, Value, canonical, parse, quoted


def commands(running: str, candidate: str) -> tuple[str, ...]:
    """`uci` commands; the caller commits them all at once, so their order harms nothing."""
    before, after = canonical(parse(running)), canonical(parse(candidate))
    packages = sorted({s.package for s in (*before, *after)})
    found: list[str] = []
    for package in packages:
        found += _package([s for s in before if s.package == package], [s for s in after if s.package == package])
    return tuple(found)


def _package(before: list[Section], after: list[Section]) -> Iterator[str]:
    was, wanted = {s.place: s for s in before}, {s.place: s for s in after}
    gone = [s for s in before if s.place not in wanted or wanted[s.place].kind != s.kind]
    for section in reversed(gone):
        yield f"uci delete {section.place}"
    order = [s.place for s in before if s not in gone]
    for place, section in wanted.items():
        old = was.get(place)
        if old is None or old in gone:
            yield f"uci set {place}={section.kind}"
            order.append(place)
            old = None
        yield from _options(place, dict(old.options) if old else {}, dict(section.options))
    if after and after[0].package in ORDERED:
        yield from _moves(order, list(wanted))


def _options(place: str, old: dict[str, Value], new: dict[str, Value]) -> Iterator[str]:
    for key in old.keys() - new.keys():
        yield f"uci delete {place}.{key}"
    for key, value in new.items():
        if old.get(key) != value:
            yield from _option(f"{place}.{key}", old.get(key), value)


def _option(key: str, old: Value | None, new: Value) -> Iterator[str]:
    """A list that only grows at its end is added to; any other change writes it anew."""
    if not isinstance(new, tuple):
        if isinstance(old, tuple):
            yield f"uci delete {key}"
        yield f"uci set {key}={quoted(new)}"
        return
    held = old if isinstance(old, tuple) and new[: len(old)] == old else ()
    if old is not None and not held:
        yield f"uci delete {key}"
    for value in new[len(held) :]:
        yield f"uci add_list {key}={quoted(value)}"


def _moves(order: list[str], wanted: list[str]) -> Iterator[str]:
    """As few moves as there are sections out of order: those of the longest ordered run stay where they are."""
    staying = _longest_run([wanted.index(place) for place in order])
    for number, place in enumerate(wanted):
        if number in staying:
            continue
        before = order.index(place)
        order.remove(place)
        at = order.index(wanted[number - 1]) + 1 if number else 0
        order.insert(at, place)
        if at != before:
            yield f"uci reorder {place}={at}"


def _longest_run(numbers: list[int]) -> frozenset[int]:
    """The longest increasing subsequence."""
    best: list[list[int]] = []
    for number in numbers:
        longest: list[int] = max((run for run in best if run[-1] < number), key=len, default=[])
        best.append([*longest, number])
    winner: list[int] = max(best, key=len, default=[])
    return frozenset(winner)
