"""From one RouterOS configuration to another in as few commands as there are differences, in an order that never hurts.

New objects come before old ones go, so a default route, an address list or a chain in use is never missing in between.
A rule of an ordered menu is put where it belongs by its place within its chain; the rules around it are not touched.
"""

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher

from automation.remediation.mikrotik_routeros_menus import DEFAULTS, MENUS, Kind
from automation.remediation.mikrotik_routeros_text import Item, canonical, quoted, read, written

BUILT_IN = frozenset({"input", "forward", "output", "srcnat", "dstnat", "prerouting", "postrouting"})
Chains = dict[str, list[Item]]


def commands(running: str, candidate: str) -> tuple[str, ...]:
    """Commands that turn a running configuration into the candidate; none when they are equal."""
    before, after = _by_menu(running), _by_menu(candidate)
    menus = [*MENUS, *sorted({*before, *after} - MENUS.keys())]
    made: list[str] = []
    gone: list[str] = []
    for menu in menus:
        old, new = before.get(menu, []), after.get(menu, [])
        if menu in MENUS and MENUS[menu].kind is Kind.ORDERED:
            made += _ordered(menu, _chains(old), _chains(new))
        else:
            was, wanted = {i.identity: i for i in old}, {i.identity: i for i in new}
            made += [line for key, item in wanted.items() for line in _made(was.get(key), item)]
            gone = [line for key, item in was.items() if key not in wanted for line in _gone(item)] + gone
    return tuple(made + gone)


def _by_menu(text: str) -> dict[str, list[Item]]:
    found: dict[str, list[Item]] = {}
    for item in canonical(read(text)):
        found.setdefault(item.menu, []).append(item)
    return found


def _made(was: Item | None, item: Item) -> Iterator[str]:
    """An object that is new or differs from what it was."""
    if was is None:
        yield str(item)
        return
    old, new = dict(was.props), dict(item.props)
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    for name in old.keys() - new.keys():
        default = _default(item, name)
        if default is None:
            yield _removal(was)
            yield str(item)
            return
        changed[name] = default
    if changed:
        yield " ".join((item.menu, "set", *_found(was), written(sorted(changed.items()))))


def _gone(item: Item) -> Iterator[str]:
    """An object that is not wanted; what is always there gets its defaults back."""
    if item.find or MENUS.get(item.menu, MENUS["/ip pool"]).kind is Kind.SETTINGS:
        reset = [(name, _default(item, name) or "") for name, _ in item.props]
        yield " ".join((item.menu, "set", *_found(item), written(reset)))
    else:
        yield _removal(item)


def _default(item: Item, name: str) -> str | None:
    """What a property goes back to; null when only a new object is without it."""
    if name == "comment":
        return ""
    if name == "disabled":
        return DEFAULTS.get(item.menu, {}).get(name, "no")
    known = DEFAULTS.get(item.menu, {}).get(name)
    if known is None and (item.find or MENUS.get(item.menu, MENUS["/ip pool"]).kind is Kind.SETTINGS):
        return ""
    return known


def _removal(item: Item) -> str:
    return f"{item.menu} remove {' '.join(_found(item))}"


def _found(item: Item) -> tuple[str, ...]:
    """How an object is named in a command."""
    if item.find:
        return (f"[find {item.find}]",)
    menu = MENUS.get(item.menu)
    if menu is not None and menu.kind is Kind.SETTINGS:
        return ()
    keys = [(name, item.get(name)) for name in menu.keys] if menu is not None else item.props
    return (f"[find {' '.join(f'{name}={quoted(value)}' for name, value in keys)}]",)


def _chains(items: Iterable[Item]) -> Chains:
    found: Chains = {}
    for item in items:
        found.setdefault(item.get("chain"), []).append(item)
    return found


def _ordered(menu: str, old: Chains, new: Chains) -> Iterator[str]:
    """Chains that others jump to first; those nobody jumps to any more last."""
    for chain in sorted(new, key=lambda name: name in BUILT_IN):
        yield from _chain(menu, chain, old.get(chain, []), new[chain])
    for chain in sorted(old.keys() - new.keys(), key=lambda name: name not in BUILT_IN):
        yield from _chain(menu, chain, old[chain], [])


def _chain(menu: str, chain: str, old: list[Item], new: list[Item]) -> Iterator[str]:
    """From its end to its beginning, so that places stay true; a rule comes before the one it replaces goes."""
    matcher = SequenceMatcher(None, [str(i) for i in old], [str(i) for i in new], autojunk=False)
    for tag, first, last, from_, to in reversed(matcher.get_opcodes()):
        if tag == "equal":
            continue
        before = f" place-before={_nth(chain, first)}" if first < len(old) else ""
        for number, item in enumerate(new[from_:to]):
            place = before and f" place-before={_nth(chain, first + number)}"
            yield f"{item}{place}"
        for number in reversed(range(first, last)):
            yield f"{menu} remove {_nth(chain, number + to - from_)}"


def _nth(chain: str, number: int) -> str:
    """A rule by its place within its chain."""
    return f"[:pick [find chain={quoted(chain)}] {number}]"
