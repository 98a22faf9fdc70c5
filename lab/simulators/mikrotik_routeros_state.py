"""What a simulated RouterOS holds: objects by menu, settings, and how an export writes them."""

import json
from collections.abc import Iterator
from copy import deepcopy

from lab.simulators.mikrotik_routeros_menus import (
    ASSUMED,
    CHECKS,
    FLAGS,
    KEPT_APART,
    MENUS,
    SENSITIVE,
    Menu,
    Object,
    factory,
    interfaces,
    network_of,
)
from lab.simulators.mikrotik_routeros_script import Complaint, shown

COMPUTED = frozenset({"network"})


class State:
    """The configuration: there is no other copy of it, every line takes effect and is saved at once."""

    def __init__(self) -> None:
        self.objects: dict[str, list[Object]] = {}
        self.settings: dict[str, Object] = {"system/identity": {"name": "MikroTik"}}
        self.bases: dict[str, Object] = {}
        self._count = 0
        for menu, several in factory().items():
            for one in several:
                self._kept(menu, dict(one))
                self.bases[one[".id"] if ".id" in one else self.objects[menu][-1][".id"]] = dict(one)

    def dump(self) -> bytes:
        """All of it, as a backup file holds it."""
        return json.dumps([self.objects, self.settings, self.bases, self._count]).encode()

    @classmethod
    def load(cls, backup: bytes) -> "State":
        """The state a backup file holds."""
        state = cls()
        state.objects, state.settings, state.bases, state._count = json.loads(backup)
        return state

    def add(self, menu: str, given: Object) -> Object:
        """A new object; Complaint when RouterOS would not have it."""
        known = MENUS[menu]
        self._checked(menu, known, given)
        if missing := [name for name in known.needs if not given.get(name)]:
            raise Complaint(f"failure: value of {missing[0]} must be given")
        made = {name: value for name, value in given.items() if name != "place-before"}
        self._alone(menu, known, made, None)
        if menu == "ip/address" and "network" not in made:
            made["network"] = network_of(made["address"])
        before = given.get("place-before")
        return self._kept(menu, made, self._place(menu, before) if before else None)

    def change(self, menu: str, given: Object, targets: list[Object]) -> None:
        """Other values for objects, or for a menu of settings."""
        known = MENUS[menu]
        self._checked(menu, known, given)
        if known.settings:
            self.settings.setdefault(menu, {}).update(given)
            return
        for target in targets:
            wanted = target | given
            self._alone(menu, known, wanted, target)
            if menu == "ip/address" and "address" in given and "network" not in given:
                wanted["network"] = network_of(wanted["address"])
            target.update(wanted)

    def remove(self, menu: str, targets: list[Object]) -> None:
        """Objects go, unless they are always there or others stand on them."""
        for target in targets:
            if ".default" in target:
                raise Complaint(
                    "failure: can not remove default entry"
                    if menu != "interface/ethernet"
                    else "failure: no such command"
                )
            if menu.startswith("interface/"):
                self._drop_users(target["name"])
        gone = {target[".id"] for target in targets}
        self.objects[menu] = [one for one in self.objects.get(menu, []) if one[".id"] not in gone]

    def export(self, hide: bool, menu: str = "") -> Iterator[str]:
        """Lines of an export, one per object; what is as it was from the start is left out."""
        for name in sorted({*self.objects, *self.settings}):
            if not name.startswith(menu):
                continue
            path = "/" + name.replace("/", " ")
            if MENUS[name].settings:
                if said := self._said(name, self.settings[name], {}, hide):
                    yield f"{path} set {said}"
                continue
            for one in self.objects[name]:
                base = self.bases.get(one[".id"], {})
                said = self._said(name, one, base, hide)
                if said and ".default" in one:
                    yield f"{path} set [ find {one['.default']} ] {said}"
                elif said:
                    yield f"{path} add {said}"

    def _said(self, menu: str, one: Object, base: Object, hide: bool) -> str:
        defaults = {"disabled": "no", "comment": ""} | dict(ASSUMED.get(menu, {}))
        told = []
        for name in sorted(one):
            hidden = hide and name in SENSITIVE
            if name.startswith(".") or hidden or one[name] == base.get(name, defaults.get(name)):
                continue
            told.append(name if name in FLAGS else f"{name}={shown(one[name])}")
        return " ".join(told)

    def _kept(self, menu: str, one: Object, place: int | None = None) -> Object:
        self._count += 1
        one[".id"] = f"*{self._count:X}"
        several = self.objects.setdefault(menu, [])
        several.insert(len(several) if place is None else place, one)
        return one

    def _place(self, menu: str, before: str) -> int:
        ids = [one[".id"] for one in self.objects.get(menu, [])]
        if before not in ids:
            raise Complaint("no such item")
        return ids.index(before)

    def _checked(self, menu: str, known: Menu, given: Object) -> None:
        for name, value in given.items():
            check = known.checks.get(name)
            if name not in known.checks:
                raise Complaint(f"expected end of command (line 1 column {len(menu) + 6})")
            if not check or value == "":
                continue
            if check == "iface":
                if unknown := [one for one in value.split(",") if one not in interfaces(self.objects) and one != "all"]:
                    raise Complaint(f"input does not match any value of {name}" if unknown else "")
            elif check.startswith("ref="):
                if value not in {one.get("name") for one in self.objects.get(check[4:], [])}:
                    raise Complaint(f"input does not match any value of {name}")
            elif check in CHECKS:
                if not CHECKS[check](value):
                    raise Complaint(f"invalid value for argument {name}")
            elif value not in check.split("|"):
                raise Complaint(f"syntax error: {value!r} is no {name}")

    def _alone(self, menu: str, known: Menu, wanted: Object, itself: Object | None) -> None:
        if not known.unique:
            return
        key = [_bare(menu, wanted.get(name, "")) for name in known.unique]
        for other in self.objects.get(menu, []):
            if other is not itself and [_bare(menu, other.get(name, "")) for name in known.unique] == key:
                raise Complaint(f"failure: {known.clash}")

    def _drop_users(self, interface: str) -> None:
        """An interface takes its addresses along."""
        for menu in ("ip/address", "ipv6/address"):
            self.objects[menu] = [one for one in self.objects.get(menu, []) if one["interface"] != interface]

    def copy(self) -> "State":
        """Another of the same."""
        return deepcopy(self)


def _bare(menu: str, value: str) -> str:
    return value.partition("/")[0] if menu in ("ip/address", "ipv6/address") else value


def is_configuration(menu: str) -> bool:
    """Whether faults to order look at lines of this menu."""
    return menu in MENUS and menu not in KEPT_APART
