"""Pull and push: both read NetBox first, show what would happen, and write only what was shown."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from inventory.checks.registry import BadFacts, accept, check, errors
from inventory.database.store import InventoryStore
from inventory.diff import Changes, diff
from inventory.errors import BadInput, Unreachable
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.naming import object_name, records
from inventory.settings import NetboxSettings
from inventory.sources.netbox import fields
from inventory.sources.netbox.absorb import absorb, without
from inventory.sources.netbox.client import Client
from inventory.sources.netbox.mirror import Mirror
from inventory.sources.netbox.models import MODELS
from inventory.sources.netbox.plan import Plan, plan
from inventory.sources.netbox.reading import is_fresh, read_all, read_changes
from inventory.sources.netbox.sides import Sides
from inventory.sources.netbox.writing import Writer

MENDINGS = 20
SETTLE_SECONDS = 1.0
"""How long NetBox is given to finish what it was asked by somebody who is gone."""
Progress = Callable[[str, int], object]


def _silent(_kind: str, _more: int) -> None:
    return None


@dataclass
class Pull:
    """What a pull would do: ``network`` is what our inventory becomes, made from the revision ``based_on``.

    Attributes:
        deletions: objects both sides had and NetBox has no longer; in ``changes`` only when deleting was asked for.
        left_out: object or kind of objects → why it was not taken.
        assumed: what was put where NetBox says nothing, with how often.
    """

    based_on: int
    network: Network
    changes: Changes
    sides: Sides = field(repr=False)
    deletions: list[str] = field(default_factory=list)
    left_out: dict[str, str] = field(default_factory=dict)
    assumed: list[str] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Describe the pull for programs."""
        told = {"deletions": self.deletions, "left_out": self.left_out, "assumed": self.assumed}
        return self.changes.document() | told


class Exchange:
    """One inventory and one NetBox."""

    def __init__(self, store: InventoryStore, mirror: Mirror, client: Client, settings: NetboxSettings) -> None:
        self._store, self._mirror, self._client, self._settings = store, mirror, client, settings

    def expected(self, full: bool = False) -> int | None:
        """How many objects a reading will bring; null when the change log is enough and nobody knows."""
        if not full and is_fresh(self._mirror, self._settings.full_hours):
            return None
        return sum(self._client.count(model) for model in MODELS.values())

    def read(self, progress: Progress = _silent, full: bool = False) -> bool:
        """Bring the mirror up to date: by the change log when everything was read lately and ``full`` is not asked for.

        Tells whether an interrupted reading was taken up.
        """
        if not full and is_fresh(self._mirror, self._settings.full_hours):
            self.read_changes()
            return False
        return read_all(self._client, self._mirror, self._settings.page, progress)

    def read_changes(self) -> int:
        """Read what changed since; returns how many changes of others there were."""
        return read_changes(self._client, self._mirror, self._settings.page)

    def preview_pull(self, day: date, delete: bool = False) -> Pull:
        """What our inventory becomes of the mirror; nothing is written."""
        number = self._store.revision()
        before = self._store.network(number)
        sides = Sides(self._mirror, before)
        absorbed = absorb(sides.theirs, before, sides.paired)
        foreign = {f"{path} that {why}": f"{count} objects" for (path, why), count in sides.theirs.foreign.items()}
        left_out = foreign | absorbed.left_out
        after = sound(absorbed.network, before, day, left_out)
        deletions = [object_name(noun, slug) for noun, slug in absorbed.gone]
        if delete and absorbed.gone:
            after = accept(without(after, absorbed.gone), day)
        assumed = [f"{noun} {name}: {value} ({n} times)" for (noun, name, value), n in absorbed.assumed.items()]
        return Pull(number, after, diff(before, after), sides, deletions, left_out, assumed)

    def pull(self, preview: Pull, who: str, why: str) -> int:
        """Write what was previewed, all or nothing; returns the revision. Superseded when somebody wrote meanwhile."""
        if not preview.changes:
            preview.sides.remember(preview.sides.network)
            return preview.based_on
        number = self._store.write(preview.network, who, why, based_on=preview.based_on).id
        preview.sides.remember(preview.network)
        return number

    def preview_push(self, recreate: bool = False, delete: bool = False) -> Plan:
        """What NetBox would become; nothing is written."""
        found = plan(Sides(self._mirror, self._store.network()), recreate, delete)
        found.custom_fields = fields.missing(self._client)
        return found

    def push(self, found: Plan, delete: bool = False, progress: Progress = _silent) -> None:
        """Write what was previewed, batch by batch; a run after a kill finishes what is left.

        NetBox may still be at work for the run that was killed, and then refuses to make a thing twice: what is left
        is worked out anew, and written as long as it is part of what was previewed and becomes less.
        """
        message = f"SilesiaNet, revision {self._store.revision()}"
        left = found.writes + 1
        while True:
            try:
                writer = Writer(self._client, self._mirror, found.sides.theirs, message, self._settings.batch, progress)
                writer.carry_out(found, delete)
                break
            except (BadInput, Unreachable):
                time.sleep(SETTLE_SECONDS)
                self.read_changes()
                again = self.preview_push(found.recreate, delete)
                if again.writes >= left or not again.is_part_of(found):
                    raise
                found, left = again, again.writes
        self.read_changes()
        found.sides.remember(found.sides.network)


def sound(network: Network, before: Network, day: date, left_out: dict[str, str]) -> Network:
    """The network without what NetBox says that breaks a rule; each such record stays as it was, and is told."""
    for _ in range(MENDINGS):
        broken = errors(check(network, day))
        if not broken:
            return network
        blamed = {(f.noun, f.slug): f"{f.problem} ({f.rule}); {f.fix}" for f in broken}
        mended = {noun: _mended(noun, network, before, blamed, left_out) for noun in NOUNS}
        fixed = Network.model_validate(mended)
        if fixed == network:
            break
        network = fixed
    raise BadFacts(errors(check(network, day)))


def _mended(
    noun: str, network: Network, before: Network, blamed: dict[tuple[str, str], str], left_out: dict[str, str]
) -> tuple[Record, ...]:
    old = {record.slug: record for record in records(before, noun)}
    kept: list[Record] = []
    for record in records(network, noun):
        why, was = blamed.get((noun, record.slug)), old.get(record.slug)
        if why is None or record is was or record == was:
            kept.append(record)
            continue
        left_out[object_name(noun, record.slug)] = why
        if was is not None:
            kept.append(was)
    return tuple(kept)
