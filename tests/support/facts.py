"""Changes to a network for tests: one record edited, added or removed."""

from typing import Any

from inventory.model.fact import Record
from inventory.model.network import Network


def edit(network: Network, noun: str, slug: str, **fields: Any) -> Network:
    """Change fields of one record; values are validated as in a file."""
    changed = []
    for record in getattr(network, noun):
        if record.slug == slug:
            record = type(record).model_validate(record.model_dump() | fields)
        changed.append(record)
    assert tuple(changed) != getattr(network, noun), f"nothing changed at {noun} {slug}"
    return network.model_copy(update={noun: tuple(changed)})


def add(network: Network, noun: str, record: Record) -> Network:
    """Add a record; order stays by slug."""
    return network.model_copy(
        update={noun: tuple(sorted((*getattr(network, noun), record), key=lambda known: known.slug))}
    )


def remove(network: Network, noun: str, slug: str) -> Network:
    """Remove a record."""
    left = tuple(record for record in getattr(network, noun) if record.slug != slug)
    assert left != getattr(network, noun), f"there is no {noun} {slug}"
    return network.model_copy(update={noun: left})


def edit_interface(network: Network, device: str, name: str, **fields: Any) -> Network:
    """Change fields of one interface."""
    interfaces = [i.model_dump() | (fields if i.name == name else {}) for i in network.device[device].interfaces]
    return edit(network, "devices", device, interfaces=interfaces)
