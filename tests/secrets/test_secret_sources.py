"""Every kind of place gives its secrets, says what is wrong with it, and never a value."""

from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from automation.secrets.chain import Secrets, kinds
from automation.secrets.source import SecretMissing, SecretsUnreachable, SecretsUnreadable
from automation.settings import SecretSettings
from inventory.errors import SilesiaNetError, WrongUsage
from tests.secrets.conftest import NAME, VALUE, Kept, Remembering, aged, written

KINDS = ("env", "file", "keyring", "age", "vault")


def secrets(**settings: object) -> Secrets:
    """Sources as set."""
    return Secrets(SecretSettings.model_validate(settings))


def test_every_kind_is_tried_here() -> None:
    assert set(kinds()) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_is_found(kind: str, kept: Kept) -> None:
    chain = kept(kind)
    assert chain.get(NAME) == VALUE
    assert VALUE not in repr(chain) and VALUE not in repr(chain.sources())


@pytest.mark.parametrize("kind", KINDS)
def test_a_secret_that_is_nowhere_is_told_with_its_name_and_the_source(kind: str, kept: Kept) -> None:
    with pytest.raises(SecretMissing, match=rf"no secret 'tacacs' in {kind}") as told:
        kept(kind).get("tacacs")
    assert VALUE not in str(told.value)
    assert isinstance(told.value, KeyError), "transports ask with `except KeyError`"


def test_the_first_source_that_has_it_gives_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ring: Remembering, no_secrets: None
) -> None:
    first, second = written(tmp_path / "a", f'{NAME} = "one"'), written(tmp_path / "b", f'{NAME} = "two"\nx = "3"')
    chain = secrets(secrets=f"env, file:{first},file:{second},keyring:net")
    assert (chain.get(NAME), chain.get("x")) == ("one", "3")
    monkeypatch.setenv("SILESIANET_SECRET_SNMP_AUTH", "zero")
    assert chain.get(NAME) == "zero"


@pytest.mark.parametrize(("mode", "word"), [(0o644, "0644"), (0o640, "0640"), (0o601, "0601")])
def test_a_file_others_may_read_is_not_read(tmp_path: Path, mode: int, word: str, no_secrets: None) -> None:
    path = written(tmp_path / "s", f'{NAME} = "{VALUE}"', mode)
    with pytest.raises(SecretsUnreadable, match=rf"file:.*mode {word}\); chmod 600"):
        secrets(secrets=f"file:{path}").get(NAME)


@pytest.mark.parametrize("text", [f"{NAME} = {VALUE}", f"{NAME} = ['{VALUE}']", b"\xff\xfe"])
def test_a_file_that_is_none_is_told_without_its_text(tmp_path: Path, text: str | bytes, no_secrets: None) -> None:
    with pytest.raises(SecretsUnreadable) as told:
        secrets(secrets=f"file:{written(tmp_path / 's', text)}").get(NAME)
    fault = told.value
    assert VALUE not in f"{fault!r} {fault.__cause__!r}"
    assert fault.__suppress_context__ or fault.__context__ is None


def test_a_missing_file_an_empty_list_and_an_unknown_kind(tmp_path: Path, no_secrets: None) -> None:
    with pytest.raises(SecretsUnreadable, match="No such file"):
        secrets(secrets=f"file:{tmp_path / 'none'}").get(NAME)
    with pytest.raises(SecretMissing, match="no source"):
        secrets(secrets="").get(NAME)
    with pytest.raises(WrongUsage, match=r"no kind of secrets 'purse'; kinds are age, env"):
        secrets(secrets="purse:x").get(NAME)
    with pytest.raises(WrongUsage, match="file needs a path"):
        secrets(secrets="file").get(NAME)


def test_an_age_file_needs_its_own_identity(tmp_path: Path, no_secrets: None) -> None:
    settings = aged(tmp_path)
    other = written(tmp_path / "other", str(pyrage.x25519.Identity.generate()))
    with pytest.raises(SecretsUnreadable, match="none of the identities opens it"):
        secrets(**settings | {"secrets_age_identity": other}).get(NAME)
    with pytest.raises(SecretsUnreadable, match="mode 0644"):
        (tmp_path / "identity").chmod(0o644)
        secrets(**settings).get(NAME)
    with pytest.raises(SecretsUnreadable, match="SILESIANET_SECRETS_AGE_IDENTITY"):
        secrets(secrets=settings["secrets"]).get(NAME)
    with pytest.raises(SecretsUnreadable, match="no identity of age"):
        secrets(**settings | {"secrets_age_identity": written(tmp_path / "bad", "AGE-SECRET-KEY-1NONE")}).get(NAME)


def test_a_locked_keyring_is_told_apart_from_an_empty_one(ring: Remembering, no_secrets: None) -> None:
    ring.locked = True
    with pytest.raises(SecretsUnreachable, match=r"keyring:net: no answer for snmp-auth \(KeyringLocked\)") as told:
        secrets(secrets="keyring:net").get(NAME)
    assert VALUE not in str(told.value)


def test_what_a_vault_refuses(vault_url: str, no_secrets: None) -> None:
    vault = {"secrets": "vault:net/city", "vault_url": vault_url, "vault_token": "good-token"}
    assert secrets(**vault).get(NAME) == "from-the-vault-1"
    with pytest.raises(SecretsUnreadable, match="the token may not read it") as told:
        secrets(**vault | {"vault_token": "bad-token"}).get(NAME)
    assert "bad-token" not in str(told.value)
    with pytest.raises(SecretsUnreadable, match="no token"):
        secrets(**vault | {"vault_token": ""}).get(NAME)
    with pytest.raises(SecretsUnreachable, match="no usable answer"):
        secrets(**vault | {"secrets": "vault:net/odd"}).get(NAME)
    with pytest.raises(SecretsUnreachable, match="ConnectionError"):
        secrets(**vault | {"vault_url": "http://127.0.0.1:1"}).get(NAME)
    with pytest.raises(SecretMissing):
        secrets(**vault | {"secrets": "vault:net/elsewhere"}).get(NAME)


def test_every_fault_of_a_source_is_one_of_ours() -> None:
    assert all(issubclass(k, SilesiaNetError) for k in (SecretMissing, SecretsUnreachable, SecretsUnreadable))
