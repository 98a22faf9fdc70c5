"""The interfaces of a device and their addresses: objects of their own in NetBox, parts of the device with us."""

from collections import defaultdict
from collections.abc import Mapping
from ipaddress import ip_interface

from pydantic import ValidationError

from inventory.checks.addresses import PrefixIndex
from inventory.diff import Body
from inventory.model.device import Interface
from inventory.model.network import Network
from inventory.model.prefix import Prefix, PrefixRole
from inventory.sources.netbox import models as m
from inventory.sources.netbox.identify import Theirs
from inventory.sources.netbox.mapping import INTERFACE_PAIRS
from inventory.sources.netbox.models import Row
from inventory.sources.netbox.pairs import Owner

_THEIRS = tuple(pair for pair in INTERFACE_PAIRS if pair.owner is Owner.NETBOX)


class Plugged:
    """NetBox's interfaces and addresses by device and interface."""

    def __init__(self, theirs: Theirs, network: Network, paired: Mapping[str, frozenset[str]]) -> None:
        self._interfaces, self._paired, self._theirs = theirs.rows[m.INTERFACES], paired, theirs
        self._plan = PrefixIndex((*network.prefixes, *_prefixes(theirs)))
        self._of: dict[str, list[str]] = defaultdict(list)
        for key, row in self._interfaces.items():
            self._of[row["device"]].append(key)
        self._addresses: dict[str, list[str]] = defaultdict(list)
        for row in theirs.rows[m.ADDRESSES].values():
            self._addresses[row["assigned_object"]].append(row["address"])
        self._cabled = {port for row in theirs.rows[m.CABLES].values() for port in row["ends"]}

    def interfaces(self, device: str, ours: list[Body]) -> list[Body]:
        """The interfaces of a device: ours in our order, then those only NetBox knows.

        One that NetBox had at the last exchange and has no longer is gone; one it never had is kept.
        """
        merged, seen = list[Body](), set[str]()
        for had in ours:
            key = f"{device}:{had['name']}"
            seen.add(key)
            if key in self._interfaces:
                merged.append(self._merge(key, self._interfaces[key], had))
            elif key not in self._paired.get(m.INTERFACES, ()):
                merged.append(had)
        new = [key for key in self._of.get(device, ()) if key not in seen]
        return [*merged, *(self._read(key, self._interfaces[key]) for key in new)]

    def _merge(self, key: str, row: Row, ours: Body) -> Body:
        found = dict(ours)
        for pair in _THEIRS:
            if not pair.agrees(row, ours):
                found[pair.ours] = pair.read(row, ours)
        theirs, paired = self._addresses.get(key, []), self._paired.get(m.ADDRESSES, frozenset())
        kept = [a for a in ours["addresses"] if a in theirs or f"{key} {a}" not in paired]
        found["addresses"] = [*kept, *self._planned([a for a in theirs if a not in kept])]
        return found

    def _read(self, key: str, row: Row) -> Body:
        """An interface that is new to us."""
        found: Body = {"name": key.partition(":")[2], "addresses": self._planned(self._addresses.get(key, []))}
        for pair in INTERFACE_PAIRS:
            value = pair.read(row, {})
            if value is not None:
                found[pair.ours] = value
        found = {"kind": self._kind(key, row)} | found
        try:
            Interface.model_validate(found)
        except ValidationError:
            self._count(m.INTERFACES, "has custom fields that do not fit, which were left out", 1)
            found = {"name": found["name"], "kind": self._kind(key, row), "addresses": found["addresses"]}
        return found

    def _planned(self, addresses: list[str]) -> list[str]:
        """Those addresses that lie in a prefix; our rules refuse the others."""
        kept = [address for address in addresses if self._plan.find(ip_interface(address).ip) is not None]
        if len(kept) < len(addresses):
            self._count(m.ADDRESSES, "lies in no prefix whose role we know", len(addresses) - len(kept))
        return kept

    def _count(self, path: str, why: str, number: int) -> None:
        self._theirs.foreign[path, why] = self._theirs.foreign.get((path, why), 0) + number

    def _kind(self, key: str, row: Row) -> str:
        """What an interface is used for, from what NetBox says of it."""
        if row["type"] == "virtual" and str(row["name"]).lower().startswith("lo"):
            return "loopback"
        if row["mgmt_only"]:
            return "oob"
        return "p2p" if key in self._cabled else "host"


def _prefixes(theirs: Theirs) -> tuple[Prefix, ...]:
    rows = theirs.rows[m.PREFIXES].values()
    known = ({"prefix": row["prefix"], "role": row["role"]} for row in rows if row["role"] in set(PrefixRole))
    return tuple(Prefix.model_validate({"slug": "any"} | found) for found in known)
