"""What of the inventory a caller bound to a tenant sees and may write: commune, its organisations, their sites.

Ownership follows from the fields of the facts (``tenant``, ``site``, ``device``, ports), so a new noun needs no line
here; a noun that names no owner and is not shared is hidden. Rows are records of a network or their JSON documents.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from api.presentation import INTERFACES
from inventory.diff import Changes
from inventory.errors import SilesiaNetError, UnknownObject
from inventory.kept import Kept
from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.naming import object_name

type Row = Mapping[str, Any] | Record
type Reader = Callable[[str], Iterable[Row]]
"""Gives all rows of a noun."""

TENANTS, SITES, DEVICES = "tenants", "sites", "devices"
OWNED_THROUGH = {
    "tenant": TENANTS,
    "site": SITES,
    "sites": SITES,
    "device": DEVICES,
    "devices": DEVICES,
    "a": DEVICES,
    "b": DEVICES,
}
"""Field → the noun whose objects it names; ``a`` and ``b`` are ports, ``device:interface``."""

USED_BY = {"circuits": ("links", "circuit"), "srgs": ("links", "srgs")}
"""Nouns that belong to whoever uses them: noun → (noun that uses it, the field that says so)."""

SHARED = frozenset({"services", "entitlements", "zones", "providers", "projects"})
"""The catalogue and vocabulary of the whole city: everybody sees it, no tenant alone may write it."""

REMEMBERED = 16


class OutOfScope(SilesiaNetError):
    """Something that belongs to another tenant than the caller's."""

    code = "forbidden"


@dataclass(frozen=True)
class Scope:
    """What belongs to a tenant: slugs of its tenants, sites and devices, and what these use alone or with others."""

    tenant: str
    held: Mapping[str, frozenset[str]]
    above: frozenset[str]
    used: Mapping[str, frozenset[str]]
    used_elsewhere: Mapping[str, frozenset[str]]

    def sees(self, noun: str, row: Row) -> bool:
        """Whether any part of an object belongs to the tenant, or it is shared by all."""
        if noun == TENANTS:
            return value(row, "slug") in self.held[TENANTS] | self.above
        if noun in USED_BY:
            return value(row, "slug") in self.used[noun]
        if fields := owner_fields(noun):
            return any(name in self.held[of] for of, name in _owners(fields, row))
        return noun in SHARED

    def owns(self, noun: str, row: Row) -> bool:
        """Whether an object belongs to the tenant alone, so that it may write it; not the tenant itself."""
        slug = value(row, "slug")
        if noun == TENANTS:
            return slug in self.held[TENANTS] and slug != self.tenant
        if noun in USED_BY:
            return slug in self.used[noun] and slug not in self.used_elsewhere[noun]
        owners = list(_owners(owner_fields(noun), row))
        return bool(owners) and all(name in self.held[of] for of, name in owners)


def value(row: Row, field: str) -> Any:
    """A field of a record or of its document; null where it has none."""
    return row.get(field) if isinstance(row, Mapping) else getattr(row, field, None)


@cache
def owner_fields(noun: str) -> tuple[str, ...]:
    """The fields by which an object of a noun belongs to somebody."""
    if noun == INTERFACES:
        return ("device",)
    return tuple(name for name in NOUNS[noun].model_fields if name in OWNED_THROUGH) if noun in NOUNS else ()


def scope_of(tenant: str | None, read: Reader) -> Scope | None:
    """What a tenant has in these rows; null for a caller who is bound to none and sees everything."""
    if tenant is None:
        return None
    parents = {value(t, "slug"): value(t, "parent") for t in read(TENANTS)}
    tenants = frozenset(slug for slug in parents if tenant in _line(slug, parents))
    sites = frozenset(value(s, "slug") for s in read(SITES) if value(s, "tenant") in tenants)
    devices = frozenset(value(d, "slug") for d in read(DEVICES) if value(d, "site") in sites)
    held = {TENANTS: tenants, SITES: sites, DEVICES: devices}
    above = frozenset(_line(tenant, parents)) if tenant in parents else frozenset()
    bare = Scope(tenant, held, above, {}, {})
    used, elsewhere = {}, {}
    for noun, (by, field) in USED_BY.items():
        users = list(read(by))
        used[noun] = frozenset(name for u in users if bare.sees(by, u) for name in _names(value(u, field)))
        elsewhere[noun] = frozenset(name for u in users if not bare.owns(by, u) for name in _names(value(u, field)))
    return Scope(tenant, held, above, used, elsewhere)


@dataclass(frozen=True)
class Part:
    """A network, what a tenant has in it, and nothing but that. Worked out when first asked for."""

    whole: Network
    tenant: str

    @cached_property
    def scope(self) -> Scope:
        """What the tenant has."""
        found = scope_of(self.tenant, lambda noun: getattr(self.whole, noun))
        assert found is not None
        return found

    @cached_property
    def network(self) -> Network:
        """The network with everything else left out."""
        return narrowed(self.whole, self.scope)


part_of = Kept(Part, REMEMBERED)
"""A tenant's part of a network."""


def scope_in(tenant: str | None, network: Network) -> Scope | None:
    """What a tenant has in a network; null for a caller who is bound to none."""
    return None if tenant is None else part_of(network, tenant).scope


def network_for(tenant: str | None, network: Network) -> Network:
    """The network as a caller may see it."""
    return network if tenant is None else part_of(network, tenant).network


def check_binding(network: Network, site: str | None, tenant: str | None) -> None:
    """UnknownObject when a token would be bound to something the inventory does not hold."""
    for noun, slug in ((SITES, site), (TENANTS, tenant)):
        if slug is not None and all(record.slug != slug for record in getattr(network, noun)):
            raise UnknownObject(
                f"no such {noun[:-1]}", where=slug, fix=f"`silesianet inventory list {noun}` names them"
            )


def visible[R: Row](scope: Scope | None, noun: str, rows: Sequence[R]) -> Sequence[R]:
    """The rows of a noun a caller may see."""
    return rows if scope is None else [row for row in rows if scope.sees(noun, row)]


def in_network(name: str, network: Network) -> bool:
    """Whether a network holds the element of a name; what is no element is not in it."""
    kind, _, slug = name.partition(":")
    held: dict[str, Container[str]] = {"site": network.site, "device": network.device, "link": network.link}
    return slug in held.get(kind, ())


def narrowed(network: Network, scope: Scope | None) -> Network:
    """The part of a network a caller may see. Links that leave it stay, though their far end is not in it."""
    if scope is None:
        return network
    return network.model_copy(update={noun: tuple(visible(scope, noun, getattr(network, noun))) for noun in NOUNS})


def refuse_foreign(tenant: str | None, network: Network, noun: str, named: Iterable[Record]) -> None:
    """OutOfScope when a write names an object of others, even if it would leave it as it is."""
    if tenant is not None:
        scope = part_of(network, tenant).scope
        for record in named:
            _own(scope, noun, record)


def refuse_outside(tenant: str | None, before: Network, after: Network, changes: Changes) -> None:
    """OutOfScope when a write touches an object that does not belong, before and after, to the tenant alone."""
    if tenant is None or not changes:
        return
    old, new = part_of(before, tenant).scope, part_of(after, tenant).scope
    for change in changes.entries:
        for scope, record in ((old, change.before), (new, change.after)):
            if record is not None:
                _own(scope, change.noun, record)


def _own(scope: Scope, noun: str, record: Record) -> None:
    if not scope.owns(noun, record):
        where, fix = object_name(noun, record.slug), "ask somebody who is not bound to a tenant"
        raise OutOfScope(f"does not belong to tenant {scope.tenant} alone", where=where, fix=fix)


def _line(slug: str | None, parents: Mapping[str, str | None]) -> list[str]:
    """A tenant and those above it; a circle, which the checks refuse, ends where it began."""
    line: list[str] = []
    while slug is not None and slug not in line:
        line.append(slug)
        slug = parents.get(slug)
    return line


def _owners(fields: Iterable[str], row: Row) -> Iterable[tuple[str, str]]:
    for field in fields:
        for name in _names(value(row, field)):
            yield OWNED_THROUGH[field], name.partition(":")[0]


def _names(found: Any) -> Iterable[str]:
    if found is None:
        return ()
    return (found,) if isinstance(found, str) else found
