"""Sessions with a prompt, for questions only: changes go through plans (see `napalm_session`)."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from automation.napalm_session import USER
from automation.session import Target, at_first_address
from automation.transports import ssh
from automation.transports.shell import Shell, open_shell
from inventory import platforms


@dataclass(frozen=True)
class ShellConnect:
    """How to log in to a command line; the fields are those of `NapalmConnect`."""

    key_file: Path
    known_hosts: Path
    attach: Callable[[], None] | None = None
    connect_seconds: int = 5

    def __call__(self, target: Target) -> Shell:
        """A shell at the first address that answers."""
        device_type = platforms.load(target.platform).netmiko
        return at_first_address(target, lambda address: self._shell(address, device_type))

    def _shell(self, address: str, device_type: str) -> Shell:
        way = ssh.Target(address, USER, self.key_file, self.known_hosts, attach=self.attach)
        return open_shell(way, device_type, self.connect_seconds)
