"""Sessions by platform: each names the transport that speaks to it, one module of `automation.transports`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path

from automation.session import Session, Target, at_first_address
from automation.transports import ssh
from automation.transports.login import Login, no_secrets
from inventory import platforms

USER = "silesianet"


@dataclass(frozen=True)
class Access:
    """How to log in; ``attach`` moves the thread that opens the socket to where devices can be reached from.

    ``places`` gives devices another address and port than the inventory's: simulated ones live on this machine.
    """

    key_file: Path
    known_hosts: Path
    attach: Callable[[], None] | None = None
    connect_seconds: int = 5
    command_seconds: int = 60
    secret: Callable[[str], str] = field(default=no_secrets, repr=False)
    places: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def __call__(self, target: Target) -> Session:
        """A session at the first address that answers."""
        platform = platforms.load(target.platform)
        transport = import_module(f"automation.transports.{platform.transport}")

        def log_in(address: str) -> Session:
            opened: Session = transport.session(self.login(target.name, address), platform)
            return opened

        return at_first_address(self.placed(target), log_in)

    def placed(self, target: Target) -> Target:
        """The target at the address it really has."""
        place = self.places.get(target.name)
        return Target(target.name, target.platform, (place[0],)) if place else target

    def login(self, name: str, address: str) -> Login:
        """The login at one address."""
        port = self.places[name][1] if name in self.places else ssh.SSH_PORT
        way = ssh.Target(address, USER, self.key_file, self.known_hosts, port, self.attach)
        return Login(way, self.connect_seconds, self.command_seconds, self.secret)
