"""``file:/path``: a TOML file of names and values that only its owner may read."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from automation.secrets.source import private, table
from automation.settings import SecretSettings

KIND = "file"


@dataclass
class SecretFile:
    """Read once, when the first secret is asked for."""

    path: Path

    @property
    def words(self) -> str:
        """Kind and place."""
        return f"file:{self.path}"

    def get(self, name: str) -> str | None:
        """The value in the file."""
        return self._found.get(name)

    @cached_property
    def _found(self) -> dict[str, str]:
        return table(private(self.path, self.words), self.words)


def source(place: str, _settings: SecretSettings) -> SecretFile:
    """The file at a path."""
    return SecretFile(Path(place))
