"""From one Junos configuration to another in as few lines as there are differences.

All lines take effect with one commit, so their order matters to nothing but the terms of filters and policies, which
are put where they belong. What goes as a whole is deleted as a whole, except the places we share with others: there
stand statements that are not ours (`unmanaged`) and not in the texts compared here.
"""

from collections.abc import Iterator

from automation.remediation.juniper_junos_hazards import hazards as hazards
from automation.remediation.juniper_junos_text import ORDERED, SINGLE, Path, Step, Tree, read, text

SHARED: frozenset[Path] = frozenset({(("system",), ("syslog",))})
"""Places below the top where others have statements too; at the top they have them everywhere."""


def commands(running: str, candidate: str) -> tuple[str, ...]:
    """Lines that turn a running configuration into the candidate; none when they are equal."""
    old, new = read(running), read(candidate)
    gone = list(_gone(old, new, ()))
    return (
        *(f"delete {text(path)}" for path in gone),
        *(f"set {text(path)}" for path in _made(old, new, ())),
        *_moved(old, new, ()),
        *_switched(old, new),
    )


def _gone(old: Tree, new: Tree, path: Path) -> Iterator[Path]:
    for step, node in old.below.items():
        place = (*path, step)
        if step in new.below:
            if _reordered(step, node, new.below[step]):
                yield place
            else:
                yield from _gone(node, new.below[step], place)
        elif not path or place in SHARED:
            yield from _gone(node, Tree(), place)
        elif not _replaced(step, node, new):
            yield place


def _replaced(step: Step, node: Tree, new: Tree) -> bool:
    """Whether a value goes by itself because another one takes its place."""
    return step[0] in SINGLE and not node.below and any(other[0] == step[0] for other in new.below)


def _reordered(step: Step, old: Tree, new: Tree) -> bool:
    """Whether values whose order means something have to be given anew."""
    return step[0] in ORDERED and len(step) == 1 and list(old.below) != list(new.below)


def _made(old: Tree, new: Tree, path: Path) -> Iterator[Path]:
    for step, node in new.below.items():
        place = (*path, step)
        if step not in old.below or _reordered(step, old.below[step], node):
            yield from node.leaves(place) if node.below else (place,)
        else:
            yield from _made(old.below[step], node, place)


def _moved(old: Tree, new: Tree, path: Path) -> Iterator[str]:
    """Terms that do not stand where they end up by themselves: those that stay, then the new ones."""
    wanted = [step for step in new.below if step[0] in ORDERED and len(step) > 1]
    if wanted:
        stay = [step for step in old.below if step in wanted]
        yield from _inserted([*stay, *(step for step in wanted if step not in stay)], wanted, path)
    for step, node in new.below.items():
        if node.below:
            yield from _moved(old.below.get(step, Tree()), node, (*path, step))


def _inserted(now: list[Step], wanted: list[Step], path: Path) -> Iterator[str]:
    fixed = set(_longest(now, wanted))
    last = next((step for step in reversed(wanted) if step in fixed), None)
    for place in reversed(range(len(wanted))):
        step = wanted[place]
        if step in fixed:
            continue
        after = wanted[place + 1] if place + 1 < len(wanted) else None
        where = f"before {text((after,))}" if after else f"after {text((last,))}" if last else ""
        yield f"insert {text((*path, step))} {where}"


def _longest(now: list[Step], wanted: list[Step]) -> list[Step]:
    """The most steps that stand in the wanted order already, by patience: their places must rise."""
    place = {step: number for number, step in enumerate(now)}
    piles: list[Step] = []
    below: dict[Step, Step | None] = {}
    for step in wanted:
        at = next((n for n, top in enumerate(piles) if place[top] > place[step]), len(piles))
        below[step] = piles[at - 1] if at else None
        piles[at : at + 1] = [step]
    found: list[Step] = []
    step_or_none: Step | None = piles[-1] if piles else None
    while step_or_none is not None:
        found.append(step_or_none)
        step_or_none = below[step_or_none]
    return found[::-1]


def _switched(old: Tree, new: Tree) -> Iterator[str]:
    """Statements that are to be switched on again, if they are still there, or off."""
    yield from (f"activate {text(path)}" for path in sorted(old.inactive - new.inactive) if new.has(path))
    gone = set(_gone(old, new, ()))
    kept = {path for path in old.inactive if not any(path[: len(g)] == g for g in gone)}
    yield from (f"deactivate {text(path)}" for path in sorted(new.inactive - kept))
