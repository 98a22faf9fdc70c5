"""How one device is logged in to, whichever transport does it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from automation.transports.ssh import Target as Way


def no_secrets(name: str) -> str:
    """Where nothing was configured, no secret is known."""
    raise KeyError(name)


@dataclass(frozen=True)
class Login:
    """``secret`` gives the value of a secret that a configuration names; it goes to the device and nowhere else."""

    way: Way
    connect_seconds: int = 5
    command_seconds: int = 60
    secret: Callable[[str], str] = field(default=no_secrets, repr=False)
