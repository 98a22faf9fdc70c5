"""SNMP secrets of one lab: random, kept only in its folder, never in a configuration bundle."""

import secrets
from pathlib import Path

from inventory.model.fact import Fact
from lab.keys import write_private


class Credentials(Fact):
    """What a poller needs to know; protocols are named as net-snmp names them."""

    community: str
    user: str = "silesianet"
    auth_protocol: str = "SHA"
    auth_password: str
    priv_protocol: str = "AES"
    priv_password: str

    @classmethod
    def generate(cls) -> "Credentials":
        """Fresh random secrets."""
        return cls(
            community=secrets.token_hex(12), auth_password=secrets.token_hex(16), priv_password=secrets.token_hex(16)
        )

    @classmethod
    def load(cls, path: Path) -> "Credentials":
        """Read the secrets of a running lab."""
        return cls.model_validate_json(path.read_text())

    def save(self, path: Path) -> None:
        """Write them readable by the owner only."""
        write_private(path, self.model_dump_json(indent=1) + "\n")
