"""How Ansible logs in: with the lab's key and inside its network while a lab is up, else as its user has set up SSH."""

import shlex
import sys
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from inventory.errors import RefusedRequest
from lab.state import LabState, load
from playbooks.hosts import Host


@dataclass(frozen=True)
class Login:
    """``lab`` is the lab that is up, if any."""

    lab: LabState | None = None

    def variables(self, host: Host) -> dict[str, Any]:
        """Ansible's connection variables for a host."""
        if self.lab is None or self.lab.noc is None:
            return {}
        with as_file(files("playbooks") / "connect.py") as program:
            station = self.lab.node(self.lab.noc).namespace
            proxy = [sys.executable, "-IS", str(program), str(station), "%p", *host.addresses]
        options = {
            "UserKnownHostsFile": str(self.lab.known_hosts),
            "HostKeyAlias": host.name,
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "ProxyUseFdpass": "yes",
            "ProxyCommand": shlex.join(proxy),
        }
        # every lab has the same addresses: a connection kept for one must never be taken for another
        shared = sha256(f"{self.lab.home} {self.lab.started_at} {host.name}".encode()).hexdigest()[:12]
        return {
            "ansible_control_path": f"%(directory)s/{shared}",
            "ansible_ssh_private_key_file": str(self.lab.private_key),
            "ansible_ssh_common_args": shlex.join(p for name, v in options.items() for p in ("-o", f"{name}={v}")),
        }


def login(home: Path) -> Login:
    """The way into the devices of this installation."""
    try:
        return Login(load(home))
    except RefusedRequest:
        return Login()
