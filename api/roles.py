"""Who may do what: five roles, and the marks every route must carry."""

from collections.abc import Callable
from enum import StrEnum


class Role(StrEnum):
    """A role of a token. The first four include one another; an agent only fetches its probes and sends results."""

    VIEWER = "viewer"
    NOC = "noc"
    OPERATOR = "operator"
    ADMIN = "admin"
    AGENT = "agent"

    def includes(self, needed: "Role") -> bool:
        """Whether a token of this role may do what ``needed`` is asked for."""
        if Role.AGENT in (self, needed):
            return self is needed
        return LADDER.index(self) >= LADDER.index(needed)


class TenantView(StrEnum):
    """What a route gives to callers bound to a tenant."""

    FILTERED = "their own part"
    SHARED = "the same as to all"
    REFUSED = "nothing (403)"


LADDER = (Role.VIEWER, Role.NOC, Role.OPERATOR, Role.ADMIN)

MARK, VIEW = "__needs__", "__tenants__"


def needs[F: Callable[..., object]](role: Role, tenants: TenantView = TenantView.REFUSED) -> Callable[[F], F]:
    """Mark a route: its caller must hold this role; callers bound to a tenant are refused unless it says otherwise."""

    def mark(function: F) -> F:
        setattr(function, MARK, role)
        setattr(function, VIEW, tenants)
        return function

    return mark


def open_to_all[F: Callable[..., object]](function: F) -> F:
    """Mark a route that answers without a token."""
    setattr(function, MARK, None)
    setattr(function, VIEW, TenantView.SHARED)
    return function


def needed_by(function: Callable[..., object]) -> Role | None:
    """The role a route asks for, null for an open one; a route without a mark is a fault of ours."""
    if not hasattr(function, MARK):
        raise TypeError(f"{function!r} says neither whom it needs nor that it is open")
    role: Role | None = getattr(function, MARK)
    return role


def shown_to_tenants(function: Callable[..., object]) -> TenantView:
    """What a marked route gives to callers bound to a tenant."""
    view: TenantView = getattr(function, VIEW, TenantView.REFUSED)
    return view
