"""The difference between two bundles as commands, for people to read before they approve."""

from collections.abc import Iterable

from automation import remediation
from automation.bundle import Bundle, changed
from automation.change import Danger
from automation.device.parts.frr_text import Blocks, blocks
from automation.remediation import hazards

CONFIG = "config"
"""The one part of platforms that are told line by line; the same lines are sent."""


def commands(platform: str, running: Bundle, candidate: Bundle) -> tuple[str, ...]:
    """What a device is told line by line. Parts that are replaced as a whole are given with + and -."""
    before, after = running.texts(), candidate.texts()
    if CONFIG in after:
        return remediation.commands(platform, before.get(CONFIG, ""), after[CONFIG])
    found: list[str] = []
    for name in sorted(changed(running, candidate), key=list(after).index):
        if name == "frr":
            found += _router(blocks(before.get(name, "")), blocks(after[name]))
        else:
            found += _lines(name, before.get(name, "").splitlines(), after[name].splitlines())
    return tuple(found)


def dangers(
    platform: str, running: Bundle, candidate: Bundle, told: tuple[str, ...], managed_at: Iterable[str]
) -> tuple[Danger, ...]:
    """What could go wrong on the way. Nothing where a device takes all parts at once and keeps the timer itself."""
    after = candidate.texts()
    if CONFIG not in after:
        return ()
    found = hazards.find(platform, running.texts().get(CONFIG, ""), after[CONFIG], told, managed_at)
    return tuple(Danger(line=h.line, code=h.code, text=h.text, severity=str(h.severity)) for h in found)


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
