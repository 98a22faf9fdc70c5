"""What could take service or the device itself away while commands are entered, found before anything is sent.

Every state the device passes through is looked at; where all lines take effect at once, only the last one.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec

from automation.remediation import states
from automation.remediation.dialects import DIALECTS, Dialect
from automation.remediation.replay import Block, Replay, applied
from automation.remediation.states import State
from automation.remediation.tree import Tree, ordered, read, written
from inventory import platforms


class Severity(StrEnum):
    """Whether a hazard has to be accepted by name, or is only told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Hazard:
    """One finding; ``line`` counts commands from 1, 0 is the change as a whole."""

    line: int
    code: str
    text: str
    severity: Severity = Severity.ERROR


@dataclass(frozen=True)
class _Look:
    """The device before anything, after the last command, and how it is reached."""

    before: State
    after: State
    managed_at: frozenset[str]


Rule = Callable[[_Look, State, str], Iterator[tuple[str, str, Severity]]]


def find(
    platform: str, running: str, candidate: str, commands: tuple[str, ...], managed_at: Iterable[str] = ()
) -> tuple[Hazard, ...]:
    """Hazards of commands from one ``config`` text to another; ``managed_at`` are addresses we reach the device at."""
    slug = platforms.load(platform).slug
    if (dialect := DIALECTS.get(slug)) is not None:
        return found_in(dialect, running, candidate, commands, managed_at)
    name = f"automation.remediation.{slug.replace('-', '_')}"
    own = getattr(import_module(name), "hazards", None) if find_spec(name) else None
    return tuple(own(running, candidate, commands, frozenset(managed_at))) if own else ()


def fix(platform: str, running: str, candidate: str, commands: tuple[str, ...]) -> tuple[str, ...]:
    """The same commands in an order that has fewer hazards, where order alone can help."""
    dialect = DIALECTS.get(platforms.load(platform).slug)
    return commands if dialect is None else reordered(dialect, running, candidate, commands)


def found_in(
    dialect: Dialect, running: str, candidate: str, commands: tuple[str, ...], managed_at: Iterable[str] = ()
) -> tuple[Hazard, ...]:
    """Hazards where configurations are told by indentation."""
    before, wanted = read(running, dialect), read(candidate, dialect)
    end = applied(before, commands, dialect)
    look = _Look(_state(before, dialect), _state(end, dialect), frozenset(managed_at))
    hazards: dict[tuple[str, str], Hazard] = {}
    for number, line, state in _passed(before, end, commands, dialect):
        for rule in RULES:
            for code, text, severity in rule(look, state, line):
                hazards.setdefault((code, text), Hazard(number, code, text, severity))
    if written(ordered(end, dialect)) != written(wanted):
        hazards["incomplete", ""] = Hazard(0, "incomplete", "the commands do not lead to the candidate")
    return tuple(sorted(hazards.values()))


def reordered(dialect: Dialect, running: str, candidate: str, commands: tuple[str, ...]) -> tuple[str, ...]:
    """Parts of the change that leave a gap are entered later, as long as that takes hazards away."""
    parts = list(_parts(commands))
    best = _errors(dialect, running, candidate, commands)
    for _ in range(len(parts)):
        worst = next((h.line for h in best if h.line), 0)
        if not worst:
            break
        at = _holding(parts, worst)
        tried = [*parts[:at], *parts[at + 1 :], parts[at]]
        left = _errors(dialect, running, candidate, _flat(tried))
        if len(left) >= len(best):
            break
        parts, best = tried, left
    return _flat(parts)


def _errors(dialect: Dialect, running: str, candidate: str, commands: tuple[str, ...]) -> list[Hazard]:
    return [h for h in found_in(dialect, running, candidate, commands) if h.severity is Severity.ERROR]


def _parts(commands: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Top-level lines, each with what is entered below it."""
    part: list[str] = []
    for line in commands:
        if part and not line.startswith(" "):
            yield tuple(part)
            part = []
        part.append(line)
    if part:
        yield tuple(part)


def _holding(parts: list[tuple[str, ...]], line: int) -> int:
    count = 0
    for at, part in enumerate(parts):
        count += len(part)
        if line <= count:
            return at
    return len(parts) - 1


def _flat(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(line for part in parts for line in part)


def _state(tree: Tree, dialect: Dialect) -> State:
    return State(Replay(tree, dialect).state, dialect)


def _passed(before: Tree, end: Tree, commands: tuple[str, ...], dialect: Dialect) -> Iterator[tuple[int, str, State]]:
    """Every state that takes effect, with the command that led to it."""
    if dialect.atomic:
        state = _state(end, dialect)
        first: dict[str, int] = {}
        for number, line in enumerate(commands, 1):
            first.setdefault(line.strip(), number)
        yield from ((number, line, state) for line, number in first.items())
        return
    replay = Replay(before, dialect)
    state = State(replay.state, dialect)
    for number, line in enumerate(commands, 1):
        header = replay.header(line)
        was = _block(replay, header)
        replay.enter(line)
        if _matters(header, was, _block(replay, header), dialect):
            state = State(replay.state, dialect)
        yield number, line.strip(), state


def _block(replay: Replay, header: str | None) -> Block:
    """What stands below a header now, or at the top."""
    return dict(replay.state if header is None else replay.state.get(header, {}))


def _matters(header: str | None, was: Block, now: Block, dialect: Dialect) -> bool:
    """Whether a command may have changed what rules ask of a state; most lines, such as rules of a filter, do not."""
    if header is None:
        return list(was) != list(now)
    either = was | now
    changed = {line: either[line] for line in was.keys() ^ now.keys()}
    if not changed or bool(was) != bool(now):
        return True
    nothing, part = State({header: {}}, dialect), State({header: changed}, dialect)
    return part.closed != nothing.closed or part.addresses != nothing.addresses or part.uses != nothing.uses


def _default_route(look: _Look, state: State, line: str) -> Iterator[tuple[str, str, Severity]]:
    del line
    if look.before.default_routes and not state.default_routes:
        if look.after.default_routes:
            yield "default-route-gap", "the default route goes before another is there", Severity.ERROR
        else:
            learned = look.after.routing_processes
            severity = Severity.WARNING if learned else Severity.ERROR
            rest = "routing has to give another" if learned else "nothing gives another"
            yield "default-route-removed", f"no default route is left; {rest}", severity


def _trunk(look: _Look, state: State, line: str) -> Iterator[tuple[str, str, Severity]]:
    del look, state
    if states.TRUNK_RESET.match(line):
        yield "trunk-reset", f"{line!r} sets a trunk's VLAN list back to its default", Severity.ERROR


def _management(look: _Look, state: State, line: str) -> Iterator[tuple[str, str, Severity]]:
    del line
    for address in sorted(look.managed_at & look.before.addresses.keys() - state.addresses.keys()):
        if address in look.after.addresses:
            yield "management-gap", f"{address}, at which the device is reached, goes away meanwhile", Severity.ERROR
        else:
            yield "management-removed", f"{address}, at which the device is reached, goes away", Severity.ERROR


def _own_session(look: _Look, state: State, line: str) -> Iterator[tuple[str, str, Severity]]:
    if states.SSH_OFF.match(line):
        yield "session-cut", f"{line!r} ends access by SSH", Severity.ERROR
    changed = state.login_filters - look.before.login_filters
    for name in sorted(changed):
        yield "session-filter", f"who may log in is now decided by {name}", Severity.WARNING


def _filters(look: _Look, state: State, line: str) -> Iterator[tuple[str, str, Severity]]:
    del line
    for name in sorted(state.bound - state.defined):
        if name in look.before.bound - look.before.defined:
            continue
        yield "filter-undefined", f"filter {name} is in use and not defined", Severity.ERROR
    for port, name in sorted(look.before.uses - look.after.uses):
        if port in look.after.headers and port not in {p for p, _ in look.after.uses}:
            yield "filter-unbound", f"filter {name} no longer guards {port}", Severity.WARNING


def _uplink(look: _Look, state: State, line: str) -> Iterator[tuple[str, str, Severity]]:
    del line
    for port in sorted(state.closed - look.before.closed):
        if look.before.headers.get(port):
            uplink = port in look.before.uplinks or look.managed_at & look.before.addresses_of(port)
            severity = Severity.ERROR if uplink else Severity.WARNING
            yield "port-shut", f"{port} is shut" + (", a way to the device" if uplink else ""), severity


def _routing(look: _Look, state: State, line: str) -> Iterator[tuple[str, str, Severity]]:
    del line
    for process in sorted(look.before.routing_processes - state.routing_processes):
        code = "routing-gap" if process in look.after.routing_processes else "routing-removed"
        yield code, f"{process} ends", Severity.ERROR


RULES: tuple[Rule, ...] = (_default_route, _trunk, _management, _own_session, _filters, _uplink, _routing)
