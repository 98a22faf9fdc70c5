"""A session that cannot tell a secret it was given: the last guard, whatever a driver or a device echoes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from automation.session import Connect, Session, Target

SHORTEST = 4

Secret = Callable[[str], str]


@dataclass
class Handed:
    """Secrets handed out for one session."""

    secret: Secret = field(repr=False)
    values: dict[str, str] = field(default_factory=dict, repr=False)

    def give(self, name: str) -> str:
        """The value, remembered."""
        value = self.values[name] = self.secret(name)
        return value

    def without(self, text: str) -> str:
        """A text with the values replaced by their names."""
        for name, value in sorted(self.values.items(), key=lambda item: -len(item[1])):
            if len(value) >= SHORTEST:
                text = text.replace(value, f"<secret:{name}>")
        return text

    def clean(self, fault: BaseException) -> None:
        """Take the values out of a fault, and of those that led to it."""
        links = [fault]
        while (link := links[-1].__cause__ or links[-1].__context__) and link not in links:
            links.append(link)
        for link in links:
            link.args = tuple(self.without(a) if isinstance(a, str) else a for a in link.args)
            for name, value in vars(link).items():
                if isinstance(value, str):
                    setattr(link, name, self.without(value))


@dataclass(frozen=True)
class _Discreet:
    session: Session
    handed: Handed

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.session, name)
        return self._guarded(found) if callable(found) else found

    def _guarded(self, work: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            try:
                answer = work(*arguments, **named)
            except Exception as fault:
                self.handed.clean(fault)
                raise
            return self.handed.without(answer) if isinstance(answer, str) else answer

        return call


def discreet(connect: Callable[[Target, Secret], Session], secret: Secret) -> Connect:
    """Sessions that get secrets and cannot tell them. ``connect`` opens one with a way to ask for secrets."""

    def log_in(target: Target) -> Session:
        handed = Handed(secret)
        try:
            return cast(Session, _Discreet(connect(target, handed.give), handed))
        except Exception as fault:
            handed.clean(fault)
            raise

    return log_in
