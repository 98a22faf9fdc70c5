"""One secret in every kind of place."""

from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pyrage  # type: ignore[import-untyped]
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked

from automation.secrets.chain import Secrets
from automation.settings import SecretSettings
from tests.support.vault import Answers, vault

VALUE = "Zk7-planted-Dq9"
NAME = "snmp-auth"


class Remembering(KeyringBackend):
    """A keyring in memory; locked if told so."""

    priority = 1
    locked = False

    def __init__(self) -> None:
        self.kept = {("net", NAME): VALUE}

    def get_password(self, service: str, username: str) -> str | None:
        """A password, if the keyring is open."""
        if self.locked:
            raise KeyringLocked(VALUE)
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep one."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Forget one."""
        del self.kept[service, username]


@pytest.fixture
def ring() -> Iterator[Remembering]:
    """The keyring the library uses."""
    before, own = keyring.get_keyring(), Remembering()
    keyring.set_keyring(own)
    yield own
    keyring.set_keyring(before)


@pytest.fixture
def no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment without any."""
    monkeypatch.delenv("SILESIANET_SECRETS", raising=False)
    monkeypatch.delenv("SILESIANET_SECRET_SNMP_AUTH", raising=False)


@pytest.fixture
def vault_url() -> Iterator[str]:
    """A Vault with the secret."""
    with vault() as url:
        yield url


Kept = Callable[[str], Secrets]


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: Remembering, vault_url: str, no_secrets: None) -> Kept:
    """The secret in one kind of place, and nowhere else."""

    def keep(kind: str) -> Secrets:
        settings = {"secrets": kind}
        if kind == "env":
            monkeypatch.setenv("SILESIANET_SECRET_SNMP_AUTH", VALUE)
        elif kind == "file":
            settings = {"secrets": f"file:{written(tmp_path / 'secrets.toml', f'{NAME} = "{VALUE}"')}"}
        elif kind == "age":
            settings = aged(tmp_path)
        elif kind == "keyring":
            settings = {"secrets": "keyring:net"}
        else:
            monkeypatch.setattr(Answers, "values", {NAME: VALUE})
            token = written(tmp_path / "token", Answers.token + "\n")
            settings = {"secrets": "vault:net/city", "vault_url": vault_url, "vault_token_file": str(token)}
        return Secrets(SecretSettings.model_validate(settings))

    return keep


def written(path: Path, text: str | bytes, mode: int = 0o600) -> Path:
    """A file with a mode."""
    path.touch(mode)
    path.chmod(mode)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def aged(folder: Path) -> dict[str, str]:
    """Settings for a file encrypted for a fresh identity."""
    identity = pyrage.x25519.Identity.generate()
    key = written(folder / "identity", f"# made for a test\n{identity}\n")
    plain = f'{NAME} = "{VALUE}"\n'.encode()
    path = written(folder / "secrets.age", pyrage.encrypt(plain, [identity.to_public()]), 0o644)
    return {"secrets": f"age:{path}", "secrets_age_identity": str(key)}
