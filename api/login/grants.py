"""From the groups somebody is in to the one role, and maybe tenant, they get here. No group of ours, no role."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from api.roles import LADDER, Role
from api.tokens import Principal
from inventory.errors import WrongUsage

NAME_MAX = 63


@dataclass(frozen=True)
class Person:
    """Somebody whom ``source`` (``ldap``, ``oidc``) vouches for."""

    name: str
    groups: tuple[str, ...]
    source: str


@dataclass(frozen=True)
class Grant:
    """What membership of a group gives; ``tenant`` null is everything."""

    role: Role
    tenant: str | None


def read(roles: Mapping[str, str], setting: str, same: Callable[[str], str] = str) -> dict[str, Grant]:
    """Read ``{"group": "ROLE@TENANT"}``; ``same`` writes groups that mean the same alike. Order is kept."""
    return {same(group): _grant(text, f"{setting}: {group}") for group, text in roles.items()}


def granted(person: Person, grants: Mapping[str, Grant]) -> Principal | None:
    """Who somebody is here: the first group in the order of the setting decides; null when none of them is theirs.

    The name carries its source, so that nobody is taken for a token or for somebody of another directory.
    """
    mine = set(person.groups)
    for group, grant in grants.items():
        if group in mine:
            name = f"{person.source}:{person.name}"[:NAME_MAX]
            return Principal(name, grant.role, tenant=grant.tenant, source=person.source)
    return None


def _grant(text: str, where: str) -> Grant:
    role, _, tenant = text.strip().partition("@")
    if role not in LADDER:
        raise WrongUsage(
            f"{text!r} is no role", where=where, fix=f"write one of {', '.join(LADDER)}, then maybe @TENANT"
        )
    return Grant(Role(role), tenant or None)
