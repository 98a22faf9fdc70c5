"""The simulated devices of one home: what is started, where they are met, and the secrets they are configured with."""

import json
import secrets
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from inventory import platforms
from inventory.errors import RefusedRequest
from inventory.model.device import Device
from inventory.model.network import Network
from lab.keys import write_private

FIRST = IPv4Address("127.77.0.1")
"""Addresses are given in the order of the inventory; all of 127.0.0.0/8 is this machine."""


@dataclass(frozen=True)
class Standing:
    """Files in ``home/simulators``. Places are known once the process has written them."""

    folder: Path

    @classmethod
    def of(cls, home: Path) -> "Standing":
        """That of a home."""
        return cls(home / "simulators")

    @property
    def key_file(self) -> Path:
        """Private key the devices accept."""
        return self.folder / "key"

    @property
    def known_hosts(self) -> Path:
        """Their pinned host keys."""
        return self.folder / "known_hosts"

    @property
    def secret_file(self) -> Path:
        """What a configuration's ``<secret:NAME>`` stands for here: random, readable by the owner only."""
        return self.folder / "secrets.toml"

    @property
    def control(self) -> Path:
        """Socket for faults to order, see `lab.simulators.control`."""
        return self.folder / "control"

    @property
    def places(self) -> Mapping[str, tuple[str, int]]:
        """Address and SSH port by device; empty while nothing listens."""
        try:
            found = json.loads((self.folder / "places.json").read_text())
        except FileNotFoundError:
            return {}
        return {name: (place[0], place[1]) for name, place in found.items()}

    def prepare(self, network: Network, named: Iterable[str]) -> tuple[str, ...]:
        """Write what the process reads, with fresh keys and the secrets ``named``; the command that starts it."""
        from lab.simulators.keys import client_key  # what every command would load and few need

        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "places.json").unlink(missing_ok=True)
        private, public = client_key()
        write_private(self.key_file, private.decode())
        write_private(self.secret_file, "".join(f'{name} = "{secrets.token_hex(16)}"\n' for name in named))
        fleet = {
            "devices": [
                {
                    "name": d.slug, "platform": d.platform, "address": str(FIRST + n),
                    "startup": platforms.load(d.platform or "").bootstrap,
                }
                for n, d in enumerate(_simulated(network))
            ],
            "authorized_keys": [public],
            "seed": secrets.token_hex(16),
            "known_hosts": str(self.known_hosts),
            "places": str(self.folder / "places.json"),
            "control": str(self.control),
        }  # fmt: skip
        write_private(self.folder / "fleet.json", json.dumps(fleet, indent=1))
        return (sys.executable, "-m", "lab.simulators", "--fleet", str(self.folder / "fleet.json"))

    def forget(self) -> None:
        """Nothing listens any more."""
        (self.folder / "places.json").unlink(missing_ok=True)


def _simulated(network: Network) -> list[Device]:
    from lab.simulators.models import models

    known = models()
    for device in network.configured():
        if device.platform not in known:
            raise RefusedRequest(
                f"platform {device.platform!r} is not simulated", where=f"device:{device.slug}",
                fix=f"there are {', '.join(sorted(known))}; others run in the lab of namespaces",
            )  # fmt: skip
    return list(network.configured())
