"""``vault:mount/path``: one secret of a HashiCorp Vault's KV engine, version 2; its keys are our names.

Tried against the HTTP interface as documented, not against a Vault (docs/guide/secrets.md).
"""

from dataclasses import dataclass, field
from functools import cached_property

from automation.secrets.source import SecretsUnreachable, SecretsUnreadable, private
from automation.settings import SecretSettings

KIND = "vault"
PATH = "silesianet"
SECONDS = 10


@dataclass
class Vault:
    """Asked once, when the first secret is needed."""

    mount: str
    path: str
    settings: SecretSettings = field(repr=False)

    @property
    def words(self) -> str:
        """Kind and place."""
        return f"vault:{self.mount}/{self.path}"

    def get(self, name: str) -> str | None:
        """The value under a key of the secret."""
        return self._found.get(name)

    @cached_property
    def _found(self) -> dict[str, str]:
        import hvac  # type: ignore[import-untyped]
        import requests
        from hvac.exceptions import (  # type: ignore[import-untyped]
            Forbidden,
            InvalidPath,
            Unauthorized,
            VaultError,
        )

        settings = self.settings
        if not settings.vault_url:
            raise SecretsUnreadable("no address", where=self.words, fix="set SILESIANET_VAULT_URL")
        verify = str(settings.vault_ca_file) if settings.vault_ca_file else True
        client = hvac.Client(
            settings.vault_url,
            self._token(),
            verify=verify,
            timeout=SECONDS,
            namespace=settings.vault_namespace or None,
        )
        try:
            read = client.secrets.kv.v2.read_secret_version
            answer = read(self.path, mount_point=self.mount, raise_on_deleted_version=True)
            found = answer["data"]["data"]
        except InvalidPath:
            return {}
        except (Forbidden, Unauthorized):
            fix = "give a token that may read it"
            raise SecretsUnreadable("the token may not read it", where=self.words, fix=fix) from None
        except (VaultError, requests.RequestException, KeyError, TypeError, ValueError) as fault:
            kind = type(fault).__name__
            raise SecretsUnreachable(
                f"no usable answer ({kind})", where=f"{self.words} at {settings.vault_url}"
            ) from None
        return {name: value for name, value in found.items() if isinstance(value, str)}

    def _token(self) -> str:
        settings = self.settings
        if settings.vault_token_file is not None:
            return private(settings.vault_token_file, f"vault token {settings.vault_token_file}").decode().strip()
        token = settings.vault_token.get_secret_value()
        if not token:
            fix = "set SILESIANET_VAULT_TOKEN_FILE"
            raise SecretsUnreadable("no token", where=self.words, fix=fix)
        return token


def source(place: str, settings: SecretSettings) -> Vault:
    """The secret at a path of a mount."""
    mount, _, path = place.partition("/")
    return Vault(mount or "secret", path or PATH, settings)
