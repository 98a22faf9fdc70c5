"""Carries out a plan: batches that are done entirely or not at all, each remembered as soon as NetBox has answered.

What was done before a kill is found by the next run, by its numbers or by being the same; nothing is made twice.
"""

import time
from collections.abc import Callable, Iterator, Sequence

from inventory.errors import Unreachable
from inventory.sources.netbox import fields
from inventory.sources.netbox import models as m
from inventory.sources.netbox.client import VERBS, Client
from inventory.sources.netbox.flatten import flatten
from inventory.sources.netbox.identify import Theirs
from inventory.sources.netbox.mirror import Mirror, add_pairs, drop, keep
from inventory.sources.netbox.models import CUSTOM, MODELS, OURS, Row
from inventory.sources.netbox.plan import Plan

Progress = Callable[[str, int], object]
PSEUDO = frozenset({"a", "b", "ends", "down_kbps", "up_kbps"})
FIELDS_READY_SECONDS = 60.0


class Writer:
    """Writes to one NetBox, ``batch`` objects at a time, with a message for its change log."""

    def __init__(
        self, client: Client, mirror: Mirror, theirs: Theirs, message: str, batch: int, progress: Progress
    ) -> None:
        self._client, self._mirror, self._numbers = client, mirror, theirs.numbers
        self._message, self._batch, self._progress = message, batch, progress

    def carry_out(self, plan: Plan, delete: bool) -> None:
        """Remove what is to go, only when told to, then make and change."""
        self._make_fields(plan)
        if delete:
            for path in reversed(MODELS):
                self._delete(path, [key for where, key in plan.deletes if where == path])
        for path, keys in plan.creates.items():
            for wave in self._waves(plan, path, keys):
                self._create(plan, path, wave)
        for path in MODELS:
            changed = [u for u in plan.updates if u.path == path]
            self._patch(path, [self._payload(path, {n: b for n, (_, b) in u.fields.items()}, u.key) for u in changed])
        primaries: dict[str, Row] = {}
        for device, name, address in plan.primaries:
            row = primaries.setdefault(device, {"id": self._numbers[m.DEVICES][device]})
            row[name] = self._numbers[m.ADDRESSES][address]
        self._patch(m.DEVICES, list(primaries.values()))

    def _make_fields(self, plan: Plan) -> None:
        new, more = plan.custom_fields
        for verb, rows in (("post", new), ("patch", more)):
            if rows:
                right = f"extras.{VERBS[verb]}_customfield"
                _, request = self._client.write(verb, fields.PATH, right, [self._signed(row) for row in rows])
                self._mirror.own(request)
                self._progress(fields.PATH, len(rows))
        deadline = time.monotonic() + FIELDS_READY_SECONDS
        while (new or more) and not self._fields_ready():
            if time.monotonic() > deadline:
                fix = "see that its worker (rqworker) runs, and push again"
                raise Unreachable("NetBox does not finish making custom fields", where=self._client.url, fix=fix)
            time.sleep(0.2)

    def _fields_ready(self) -> bool:
        found = self._client.find(fields.PATH, "extras.view_customfield", name__isw=OURS)
        return all((row.get("status") or {"value": "active"})["value"] == "active" for row in found)

    def _waves(self, plan: Plan, path: str, keys: Sequence[str]) -> Iterator[list[str]]:
        """Batches in which nothing refers to an object that is yet to be made."""
        itself = [name for name, target in MODELS[path].refs.items() if target == path]
        left = list(keys)
        while left:
            ready = [
                key
                for key in left
                if all(plan.sides.ours[path][key].get(n) in (None, *self._numbers[path]) for n in itself)
            ]
            for first in range(0, len(ready), self._batch):
                yield ready[first : first + self._batch]
            if not ready:
                return
            left = [key for key in left if key not in set(ready)]

    def _create(self, plan: Plan, path: str, keys: list[str]) -> None:
        model = MODELS[path]
        rows = [{**model.on_create, **self._payload(path, plan.sides.ours[path][key])} for key in keys]
        made, request = self._client.write("post", path, model.right("add"), rows)
        self._mirror.own(request)
        numbers = {row["id"]: key for key, row in zip(keys, made, strict=True)}
        with self._mirror.writing() as connection:
            keep(connection, path, {row["id"]: flatten(model, row) for row in made}, self._mirror.round(connection))
            add_pairs(connection, path, numbers)
        self._numbers[path] |= {key: number for number, key in numbers.items()}
        self._progress(path, len(keys))

    def _patch(self, path: str, rows: list[Row]) -> None:
        model = MODELS[path]
        for first in range(0, len(rows), self._batch):
            batch = [self._signed(row) for row in rows[first : first + self._batch]]
            changed, request = self._client.write("patch", path, model.right("change"), batch)
            self._mirror.own(request)
            with self._mirror.writing() as connection:
                found = {row["id"]: flatten(model, row) for row in changed}
                keep(connection, path, found, self._mirror.round(connection))
            self._progress(path, len(batch))

    def _delete(self, path: str, keys: list[str]) -> None:
        """The request is not remembered as ours: what goes with an object is read from the change log."""
        for first in range(0, len(keys), self._batch):
            batch = keys[first : first + self._batch]
            numbers = [self._numbers[path][key] for key in batch]
            rows = [self._signed({"id": number}) for number in numbers]
            self._client.write("delete", path, MODELS[path].right("delete"), rows)
            with self._mirror.writing() as connection:
                drop(connection, path, numbers)
            for key in batch:
                del self._numbers[path][key]
            self._progress(path, len(batch))

    def _signed(self, row: Row) -> Row:
        return row | {"changelog_message": self._message}

    def _payload(self, path: str, row: Row, key: str | None = None) -> Row:
        """A row as NetBox wants it; only fields with a value, or with ``key`` all fields of an object that exists."""
        model, sent, custom = MODELS[path], Row(), Row()
        for name, value in row.items():
            if name in PSEUDO or (value is None and key is None):
                continue
            if name.startswith(CUSTOM):
                custom[OURS + name.removeprefix(CUSTOM)] = value
            elif name in model.refs:
                sent[name] = self._numbers[model.refs[name]][value]
            elif name in model.mixed:
                sent[f"{name}_type"] = MODELS[model.mixed[name]].type
                sent[f"{name}_id"] = self._numbers[model.mixed[name]][value]
            else:
                sent[name] = value
        if path == m.CABLES and key is None:
            for side in ("a", "b"):
                end = {"object_type": MODELS[m.INTERFACES].type, "object_id": self._numbers[m.INTERFACES][row[side]]}
                sent[f"{side}_terminations"] = [end]
        if custom:
            sent["custom_fields"] = custom
        return self._signed(sent if key is None else sent | {"id": self._numbers[path][key]})
