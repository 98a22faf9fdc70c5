"""How a seeded change is made: an edit of the inventory, of the settings, or of a rendered text by somebody's hand.

Every edit insists that what it replaces is there: a seeded fault that does nothing would look like a fault survived.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from automation.bundle import Bundle
from automation.render import Rendering, render
from automation.settings import ConfigurationSettings
from inventory.model.device import Device
from inventory.model.network import Network

Neighbour = Callable[[str], Bundle]
"""The text another device should have."""

Hand = Callable[[Bundle, Neighbour], Bundle]
"""A mistake of a template, or of a hand."""

Edit = Callable[[Network], Network]
"""What an operator does to the inventory."""


@dataclass(frozen=True)
class Case:
    """One change: whether it is ``bad``, how it is made, and why somebody would make it.

    ``devices`` are planned; ``by_hand`` names those whose text is edited, or ``*`` for all of them.
    """

    name: str
    kind: str
    bad: bool
    devices: tuple[str, ...]
    why: str
    inventory: Edit | None = None
    by_hand: Mapping[str, Hand] = field(default_factory=dict)
    configuration: ConfigurationSettings = field(default_factory=ConfigurationSettings)

    @property
    def made_by(self) -> str:
        """What was edited."""
        if self.inventory is not None:
            return "inventory"
        return "text" if self.by_hand else "settings"

    def rendering(self, network: Network, name: str, day: date, settings: ConfigurationSettings) -> Bundle:
        """What a device gets by this change."""
        hand = self.by_hand.get(name, self.by_hand.get("*"))
        right = render(network, name, day, settings)
        return hand(right, lambda other: render(network, other, day, settings)) if hand else right


rendered: Rendering = render
"""What devices should run; drills go back to it."""


def swap(part: str, old: str, new: str) -> Hand:
    """Words of a part replaced wherever they stand."""
    return text(part, lambda body: swapped(body, old, new))


def text(part: str, change: Callable[[str], str]) -> Hand:
    """A whole part rewritten."""

    def hand(bundle: Bundle, _: Neighbour) -> Bundle:
        return bundle.overlaid(Bundle.of({part: change(bundle.texts()[part])}))

    return hand


def block(part: str, head: str, change: Callable[[str], str]) -> Hand:
    """One block rewritten: ``interface eth1`` of the router, ``chain forward`` of the filter."""
    shape = re.compile(rf"^(\t?){re.escape(head)}(?: \{{)?\n.*?^\1(?:exit|\}})\n", re.MULTILINE | re.DOTALL)

    def change_all(body: str) -> str:
        found = shape.search(body)
        assert found is not None, f"no {head}"
        return body[: found.start()] + change(found[0]) + body[found.end() :]

    return text(part, change_all)


def within(part: str, head: str, old: str, new: str) -> Hand:
    """Words of one block replaced."""
    return block(part, head, lambda body: swapped(body, old, new))


def several(*hands: Hand) -> Hand:
    """One after another."""

    def hand(bundle: Bundle, neighbour: Neighbour) -> Bundle:
        for one in hands:
            bundle = one(bundle, neighbour)
        return bundle

    return hand


def swapped(body: str, old: str, new: str) -> str:
    """Words replaced, which must be there."""
    assert old in body, f"no {old!r}"
    return body.replace(old, new)


def dropped(body: str, pattern: str) -> str:
    """Every line that matches taken out; there must be one."""
    lines = body.splitlines(keepends=True)
    kept = [line for line in lines if not re.search(pattern, line)]
    assert len(kept) < len(lines), f"no {pattern!r}"
    return "".join(kept)


def edited(noun: str, slug: str, **fields: Any) -> Edit:
    """A record with other fields."""

    def edit(network: Network) -> Network:
        records = getattr(network, noun)
        assert any(record.slug == slug for record in records), f"no {slug}"
        changed = (type(r)(**(dict(r) | fields)) if r.slug == slug else r for r in records)
        return network.model_copy(update={noun: tuple(changed)})

    return edit


def added(noun: str, *records: Any) -> Edit:
    """More records."""
    return lambda network: network.model_copy(update={noun: (*getattr(network, noun), *records)})


def without(noun: str, slug: str) -> Edit:
    """A record less."""

    def edit(network: Network) -> Network:
        left = tuple(record for record in getattr(network, noun) if record.slug != slug)
        assert len(left) < len(getattr(network, noun)), f"no {slug}"
        return network.model_copy(update={noun: left})

    return edit


def port(device: str, name: str, **fields: Any) -> Edit:
    """An interface with other fields."""

    def changed(network: Network) -> Network:
        found = network.device[device]
        assert found.interface(name) is not None, f"no {name}"
        interfaces = tuple(type(i)(**(dict(i) | fields)) if i.name == name else i for i in found.interfaces)
        return edited("devices", device, interfaces=interfaces)(network)

    return changed


def ports(chosen: Callable[[Device], bool], **fields: Any) -> Edit:
    """Every interface of some devices with other fields."""

    def changed(network: Network) -> Network:
        for device in filter(chosen, network.devices):
            for interface in device.interfaces:
                network = port(device.slug, interface.name, **fields)(network)
        return network

    return changed


def one_after_another(*edits: Edit) -> Edit:
    """Several edits at once."""

    def edit(network: Network) -> Network:
        for one in edits:
            network = one(network)
        return network

    return edit
