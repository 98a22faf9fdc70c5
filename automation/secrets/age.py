"""``age:/path``: a TOML file encrypted with age, for an identity that lies in another file."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from automation.secrets.source import SecretsUnreadable, private, table
from automation.settings import SecretSettings

KIND = "age"


@dataclass
class AgeFile:
    """Decrypted once, when the first secret is asked for; the plain text is never written."""

    path: Path
    identity: Path | None

    @property
    def words(self) -> str:
        """Kind and place."""
        return f"age:{self.path}"

    def get(self, name: str) -> str | None:
        """The value in the encrypted file."""
        return self._found.get(name)

    @cached_property
    def _found(self) -> dict[str, str]:
        import pyrage  # type: ignore[import-untyped]

        try:
            encrypted = self.path.read_bytes()
        except OSError as fault:
            raise SecretsUnreadable(fault.strerror or "it cannot be read", where=self.words) from fault
        identities = self._identities()
        try:
            plain = pyrage.decrypt(encrypted, identities)
        except pyrage.DecryptError:
            fix = "encrypt it for the identity in SILESIANET_SECRETS_AGE_IDENTITY"
            raise SecretsUnreadable("none of the identities opens it", where=self.words, fix=fix) from None
        return table(plain, self.words)

    def _identities(self) -> list[Any]:
        from pyrage import IdentityError, ssh, x25519

        if self.identity is None:
            fix = "name its file in SILESIANET_SECRETS_AGE_IDENTITY"
            raise SecretsUnreadable("no identity to open it with", where=self.words, fix=fix)
        text = private(self.identity, f"age identity {self.identity}").decode(errors="replace")
        try:
            if "BEGIN" in text:
                return [ssh.Identity.from_buffer(text.encode())]
            return [x25519.Identity.from_str(line) for line in text.split() if line.startswith("AGE-SECRET-KEY-")]
        except IdentityError:
            raise SecretsUnreadable("it is no identity of age", where=str(self.identity)) from None


def source(place: str, settings: SecretSettings) -> AgeFile:
    """The encrypted file at a path."""
    return AgeFile(Path(place), settings.secrets_age_identity)
