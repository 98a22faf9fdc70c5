"""Where a lab keeps its files, so that every process finds the same one from SILESIANET_HOME alone."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Directory:
    """The folder `$SILESIANET_HOME/lab`; nothing of a lab is ever written elsewhere."""

    root: Path

    @classmethod
    def of(cls, home: Path) -> "Directory":
        return cls(home.resolve() / "lab")

    @property
    def nodes(self) -> Path:
        return self.root / "nodes"

    def node(self, name: str) -> Path:
        return self.nodes / name

    @property
    def keys(self) -> Path:
        return self.root / "keys"

    @property
    def private_key(self) -> Path:
        return self.keys / "id_ed25519"

    @property
    def known_hosts(self) -> Path:
        return self.keys / "known_hosts"

    @property
    def authority(self) -> Path:
        return self.root / "ca"

    @property
    def authority_certificate(self) -> Path:
        return self.authority / "ca.pem"

    @property
    def credentials(self) -> Path:
        return self.root / "credentials.json"

    @property
    def state(self) -> Path:
        return self.root / "state.json"

    @property
    def faults(self) -> Path:
        return self.root / "faults.json"

    @property
    def lock(self) -> Path:
        return self.root / "lock"
