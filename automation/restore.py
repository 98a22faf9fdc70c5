"""One device back to what it ran at a backup: a change like any other, with plan, timers and gate."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine, insert, select, update

from automation.backups.masking import hidden
from automation.backups.repository import Repository
from automation.bundle import Bundle, BundleError
from automation.change import Change, Plan, Scope
from automation.expectation import entitled
from automation.gate import Prediction
from automation.tables import changes as change_rows
from automation.tables import restores
from inventory.database.revision import parse_when
from inventory.errors import RefusedRequest, SilesiaNetError, UnknownObject

if TYPE_CHECKING:
    from automation.changes import Changes

KIND = "restore"
CHANGE = re.compile(r"c[0-9a-f]{10}")


@dataclass(frozen=True)
class Origin:
    """A configuration to go back to, and in words where it is from."""

    text: str
    words: str


def origin(changes: "Changes", repository: Repository, device: str, point: str | None) -> Origin:
    """The backup meant by a change (what ran before it), a commit or a moment; the last one if null. UnknownObject."""
    if point is None:
        return _at(repository, device, repository.log(device, 1)[0].commit)
    if CHANGE.fullmatch(point) and (before := _before(changes, device, point)):
        return before
    try:
        return _at(repository, device, repository.commit(point))
    except UnknownObject:
        return _by_moment(changes, repository, device, point)


def begin(changes: "Changes", device: str, found: Origin, who: str, comment: str = "") -> Change:
    """A draft of kind ``restore``. RefusedRequest when a secret of the backup has no name to find it again by."""
    if lines := hidden(found.text):
        number, line = lines[0]
        raise RefusedRequest(
            f"{found.words} hides a secret in line {number} ({line.strip()})", where=f"device:{device}",
            fix="restore another backup, or apply what is intended",
        )  # fmt: skip
    try:
        Bundle.parse(found.text)
    except BundleError as fault:
        raise RefusedRequest(f"{found.words} is no configuration: {fault}", where=f"device:{device}") from fault
    change = changes.create(Scope(devices=(device,)), comment or f"back to {found.words}", who)
    row = {"change": change.id, "device": device, "origin": found.words, "bundle": found.text}
    with changes.engine.execution_options(writes=True).begin() as connection:
        connection.execute(insert(restores), row)
        connection.execute(update(change_rows).where(change_rows.c.id == change.id).values(kind=KIND))
    return changes.store.get(change.id)


def plan_of(changes: "Changes", change: Change) -> Plan:
    """What a restore would do. The inventory cannot tell what it costs, so every loss counts as its doing."""
    network, revision = changes.inventory.network(), changes.inventory.revision()
    candidates = wanted(changes.engine, change.id)
    day = changes.today()
    rights = entitled(network, day)
    return changes.compared(network, revision, day, candidates, Prediction(blast=rights))


def wanted(engine: Engine, change: str) -> dict[str, str]:
    """The bundle each device of a restore goes back to."""
    query = select(restores.c.device, restores.c.bundle).where(restores.c.change == change)
    with engine.connect() as connection:
        return {row.device: row.bundle for row in connection.execute(query)}


def _before(changes: "Changes", device: str, id_: str) -> Origin | None:
    try:
        change = changes.store.get(id_)
    except UnknownObject:
        return None
    text = changes.backups.before(change.id).get(device)
    if text is None:
        raise UnknownObject(f"{change.id} did not touch {device}", where=f"change:{change.id}")
    return Origin(text, f"what ran before {change.id}")


def _by_moment(changes: "Changes", repository: Repository, device: str, point: str) -> Origin:
    try:
        instant = changes.inventory.instant(parse_when(point))
    except SilesiaNetError as fault:
        fix = f"name a change, a moment, or a backup of `silesianet backup log {device}`"
        raise UnknownObject(f"{point!r} is no backup of {device}", where=f"device:{device}", fix=fix) from fault
    commit = repository.before(device, instant)
    if commit is None:
        raise UnknownObject(f"no backup of {device} is that old", where=point, fix="see `silesianet backup log`")
    return _at(repository, device, commit)


def _at(repository: Repository, device: str, commit: str) -> Origin:
    return Origin(repository.show(device, commit), f"backup {commit[:10]}")
