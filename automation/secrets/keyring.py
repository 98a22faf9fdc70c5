"""``keyring:service``: the keyring of the operating system, entries of a service."""

from dataclasses import dataclass

from automation.secrets.source import SecretsUnreachable
from automation.settings import SecretSettings

KIND = "keyring"


@dataclass(frozen=True)
class Keyring:
    """The keyring is whichever the library finds or is told to use."""

    service: str

    @property
    def words(self) -> str:
        """Kind and place."""
        return f"keyring:{self.service}"

    def get(self, name: str) -> str | None:
        """The password of the entry of that name."""
        import keyring  # looks for its backends when imported
        from keyring.errors import InitError, KeyringError

        try:
            return keyring.get_password(self.service, name)
        except (KeyringError, InitError) as fault:
            kind = type(fault).__name__
            fix = "unlock it, or choose one with PYTHON_KEYRING_BACKEND"
            raise SecretsUnreachable(f"no answer for {name} ({kind})", where=self.words, fix=fix) from None


def source(place: str, _settings: SecretSettings) -> Keyring:
    """The entries of a service."""
    return Keyring(place or "silesianet")
