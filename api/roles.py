"""Who may do what: five roles, and the mark every route must carry."""

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


LADDER = (Role.VIEWER, Role.NOC, Role.OPERATOR, Role.ADMIN)

MARK = "__needs__"


def needs[F: Callable[..., object]](role: Role) -> Callable[[F], F]:
    """Mark a route: its caller must hold this role."""

    def mark(function: F) -> F:
        setattr(function, MARK, role)
        return function

    return mark


def open_to_all[F: Callable[..., object]](function: F) -> F:
    """Mark a route that answers without a token."""
    setattr(function, MARK, None)
    return function


def needed_by(function: Callable[..., object]) -> Role | None:
    """The role a route asks for, null for an open one; a route without a mark is a fault of ours."""
    if not hasattr(function, MARK):
        raise TypeError(f"{function!r} says neither whom it needs nor that it is open")
    role: Role | None = getattr(function, MARK)
    return role
