"""Sessions with a prompt, for questions only: changes go through plans (see `connect`)."""

from dataclasses import dataclass

from automation.connect import Access
from automation.session import Target, at_first_address
from automation.transports.shell import Shell, open_shell
from inventory import platforms


@dataclass(frozen=True)
class ShellConnect:
    """Opens command lines."""

    access: Access

    def __call__(self, target: Target) -> Shell:
        """A shell at the first address that answers."""
        device_type = platforms.load(target.platform).netmiko

        def log_in(address: str) -> Shell:
            login = self.access.login(target.name, address)
            return open_shell(login.way, device_type, login.connect_seconds)

        return at_first_address(self.access.placed(target), log_in)
