"""The difference between two bundles as commands, for people to read before they approve."""

from automation.bundle import Bundle, changed
from automation.device.parts.frr_text import Blocks, blocks


def commands(running: Bundle, candidate: Bundle) -> tuple[str, ...]:
    """Router commands line by line; other parts are replaced as a whole and their lines are given with + and -."""
    before, after = running.texts(), candidate.texts()
    found: list[str] = []
    for name in sorted(changed(running, candidate), key=list(after).index):
        if name == "frr":
            found += _router(blocks(before.get(name, "")), blocks(after[name]))
        else:
            found += _lines(name, before.get(name, "").splitlines(), after[name].splitlines())
    return tuple(found)


def _router(before: Blocks, after: Blocks) -> list[str]:
    found = [f"no {head}" for head in before if head not in after]
    for head, lines in after.items():
        old = before.get(head)
        inner = [f" no {line.strip()}" for line in old or () if line not in lines]
        inner += [line for line in lines if line not in (old or ())]
        if inner or old is None:
            found += [head, *inner]
    return found


def _lines(part: str, before: list[str], after: list[str]) -> list[str]:
    gone = [f"{part}: - {line.strip()}" for line in before if line not in after]
    return gone + [f"{part}: + {line.strip()}" for line in after if line not in before]
