"""What a push would do to NetBox: shown before anything is written, computed anew by every run."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_interface
from typing import Any

from inventory.model.network import Network
from inventory.sources.netbox import models as m
from inventory.sources.netbox.fields import owned
from inventory.sources.netbox.identify import LINK, Theirs
from inventory.sources.netbox.mapping import EXCHANGED
from inventory.sources.netbox.models import MODELS, Row
from inventory.sources.netbox.sides import Sides

WORDS = frozenset({m.MAKERS, m.TYPES, m.DEVICE_ROLES, m.PLATFORMS, m.KINDS})
"""Objects that are made when they are needed and never removed."""
FIRST_KINDS = ("loopback", "p2p", "host", "lan", "oob")
"""The order in which the kinds of interfaces are asked for the address a device is reached at."""


@dataclass(frozen=True)
class Update:
    """Fields of one object that differ: name → (NetBox's value, ours)."""

    path: str
    key: str
    fields: Mapping[str, tuple[Any, Any]]

    def document(self) -> dict[str, Any]:
        """Describe the update for programs."""
        fields = [{"name": name, "theirs": theirs, "ours": ours} for name, (theirs, ours) in self.fields.items()]
        return {"path": self.path, "key": self.key, "fields": fields}


@dataclass
class Plan:
    """Everything a push would do.

    Attributes:
        creates: keys of new objects by path.
        deletes: (path, key) of objects both sides had and we have no longer; only done when asked for.
        missing: (path, key) of objects both sides had and NetBox has no longer; never made again unless asked for.
        primaries: (device, field, key of the address) of devices without an address they are reached at.
    """

    sides: Sides = field(repr=False)
    recreate: bool = False
    creates: dict[str, list[str]] = field(default_factory=dict)
    updates: list[Update] = field(default_factory=list)
    deletes: list[tuple[str, str]] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    primaries: list[tuple[str, str, str]] = field(default_factory=list)
    custom_fields: tuple[list[Row], list[Row]] = field(default_factory=lambda: ([], []))

    def is_part_of(self, other: "Plan") -> bool:
        """Whether everything this plan does is done by the other too."""
        made, updated = other.creates, {(u.path, u.key) for u in other.updates}
        return (
            all(set(keys) <= set(made.get(path, ())) for path, keys in self.creates.items())
            and {(u.path, u.key) for u in self.updates} <= updated
            and set(self.deletes) <= set(other.deletes)
            and set(self.primaries) <= set(other.primaries)
        )

    @property
    def writes(self) -> int:
        """How many objects would be created or changed."""
        made = sum(map(len, self.creates.values())) + len(self.updates) + len(self.primaries)
        return made + sum(map(len, self.custom_fields))

    def lines(self) -> Iterator[str]:
        """Describe the plan for people: every object that would be touched."""
        for row in self.custom_fields[0]:
            yield f"+ extras/custom-fields {row['name']} ({row['type']})"
        for row in self.custom_fields[1]:
            yield f"~ extras/custom-fields {row['id']}: object_types"
        for path, keys in self.creates.items():
            yield from (f"+ {path} {key}" for key in keys)
        for update in self.updates:
            yield f"~ {update.path} {update.key}"
            for name, (theirs, ours) in update.fields.items():
                yield f"    {name}: {'none' if theirs is None else theirs} → {'none' if ours is None else ours}"
        for device, name, address in self.primaries:
            yield f"~ {m.DEVICES} {device}"
            yield f"    {name}: none → {address.rpartition(' ')[2]}"

    def document(self) -> dict[str, Any]:
        """Describe the plan for programs."""
        counts = {"created": sum(map(len, self.creates.values())), "updated": len(self.updates) + len(self.primaries)}
        return {
            "summary": counts | {"custom_fields": sum(map(len, self.custom_fields))},
            "creates": self.creates,
            "updates": [update.document() for update in self.updates],
            "deletions": [{"path": path, "key": key} for path, key in self.deletes],
            "missing": [{"path": path, "key": key} for path, key in self.missing],
        }

    def counts(self) -> str:
        """``12 sites, 40 devices`` of what would be created."""
        return ", ".join(f"{len(keys)} {path.partition('/')[2]}" for path, keys in self.creates.items() if keys)


def plan(sides: Sides, recreate: bool = False, delete: bool = False) -> Plan:
    """Compare what NetBox should say with what it says: only what it lacks, and only fields that are ours."""
    found, ours, theirs = Plan(sides, recreate), owned(), sides.theirs
    for path, rows in sides.ours.items():
        have, known = theirs.rows[path], sides.paired.get(path, frozenset())
        for key, row in rows.items():
            if key in have:
                _compare(found, path, key, row, have[key], ours[path])
            elif key in known and path not in WORDS and not recreate:
                found.missing.append((path, key))
            else:
                found.creates.setdefault(path, []).append(key)
        if path not in WORDS:
            removed = (key for key in have if key in known and key not in rows and _is_record(path, key))
            found.deletes += [(path, key) for key in removed]
    _without_parents(found)
    _without_taken_ports(found, theirs, delete)
    lost = {key for path, key in found.missing if path == m.DEVICES}
    found.primaries = [p for p in _primaries(sides.network, theirs) if p[0] not in lost]
    return found


def _compare(found: Plan, path: str, key: str, row: Row, have: Row, names: frozenset[str]) -> None:
    differing = {n: (have.get(n), row.get(n)) for n in sorted(names) if have.get(n) != row.get(n)}
    if differing:
        found.updates.append(Update(path, key, differing))


def _is_record(path: str, key: str) -> bool:
    """Whether an object stands for something of ours, and not for a word used by others too."""
    prefixes = [e.prefix for e in EXCHANGED if e.path == path]
    return not prefixes or key.startswith(LINK) or any(key.startswith(prefix) for prefix in prefixes)


def _without_parents(found: Plan) -> None:
    """What hangs on an object that is missing is missing too."""
    lost = set(found.missing)
    for path, keys in found.creates.items():
        model = MODELS[path]
        targets = {**model.refs, **model.mixed} | ({"a": m.INTERFACES, "b": m.INTERFACES} if path == m.CABLES else {})
        for key in list(keys):
            row = found.sides.ours[path][key]
            if any((target, row.get(name)) in lost for name, target in targets.items()):
                keys.remove(key)
                lost.add((path, key))
                found.missing.append((path, key))


def _without_taken_ports(found: Plan, theirs: Theirs, delete: bool) -> None:
    """A link is not drawn to a port in which another cable is plugged and stays so."""
    removed = {key for path, key in found.deletes if path == m.CABLES and delete}
    taken = {port for key, row in theirs.rows[m.CABLES].items() if key not in removed for port in row["ends"]}
    keys = found.creates.get(m.CABLES, [])
    free = [k for k in keys if not (k.startswith(LINK) and taken.intersection(found.sides.ours[m.CABLES][k]["ends"]))]
    if free:
        found.creates[m.CABLES] = free
    else:
        found.creates.pop(m.CABLES, None)


def _primaries(network: Network, theirs: Theirs) -> Iterator[tuple[str, str, str]]:
    for device in network.devices:
        row = theirs.rows[m.DEVICES].get(device.slug, {})
        ports = sorted(device.interfaces, key=lambda port: _rank(port.kind))
        for version, name in ((4, "primary_ip4"), (6, "primary_ip6")):
            if row.get(name) is None:
                keys = (f"{device.slug}:{i.name} {a}" for i in ports for a in i.addresses if _version(a) == version)
                key = next(keys, None)
                if key is not None:
                    yield device.slug, name, key


def _rank(kind: str) -> int:
    return FIRST_KINDS.index(kind) if kind in FIRST_KINDS else len(FIRST_KINDS)


def _version(address: object) -> int:
    return ip_interface(str(address)).version
