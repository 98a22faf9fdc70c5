"""The door for NetBox's calls: only a signature opens it, and behind it there is nothing but a bell."""

import hashlib
import hmac
from pathlib import Path

import pytest

from api.roles import Role
from inventory.model.network import Network
from inventory.sources.netbox.mirror import WAKE, Mirror
from tests.support.api import House, furnish

URL = "/api/v1/netbox/webhook"
SECRET = "a secret of both sides"
BODY = b'{"event":"updated","object_type":"dcim.site","data":{"slug":"../../etc"}}'


def signed(body: bytes, secret: str = SECRET) -> dict[str, str]:
    return {"X-Hook-Signature": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}


@pytest.fixture
def bell(house: House, monkeypatch: pytest.MonkeyPatch) -> Mirror:
    """What is rung, not rung yet, with the secret set."""
    monkeypatch.setenv("SILESIANET_NETBOX_WEBHOOK_SECRET", SECRET)
    mirror = Mirror(house.context.engine)
    mirror.put(WAKE, None)
    return mirror


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, city: Network) -> House:
    """The application, without observations."""
    home = tmp_path_factory.mktemp("hook")
    return furnish(f"sqlite:///{home / 'silesianet.db'}", home, city)


def test_a_signed_call_rings(house: House, bell: Mirror) -> None:
    assert house.client(None).post(URL, content=BODY, headers=signed(BODY)).status_code == 204
    assert bell.state(WAKE) is not None


@pytest.mark.parametrize(
    "headers",
    [{}, signed(BODY, "another secret"), signed(BODY + b" "), {"X-Hook-Signature": "f" * 128}],
    ids=["unsigned", "another secret", "another body", "no digest"],
)
def test_no_other_call_does(house: House, bell: Mirror, headers: dict[str, str]) -> None:
    """Neither does a token help, not even an administrator's."""
    for role in (None, Role.ADMIN):
        answer = house.client(role).post(URL, content=BODY, headers=headers)
        assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")
    assert bell.state(WAKE) is None


def test_without_a_secret_there_is_no_door(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SILESIANET_NETBOX_WEBHOOK_SECRET", raising=False)
    assert house.client(None).post(URL, content=BODY, headers=signed(BODY, "")).status_code == 404


def test_the_secret_may_lie_in_a_file(
    house: House, bell: Mirror, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("from the file\n")
    monkeypatch.setenv("SILESIANET_NETBOX_WEBHOOK_SECRET_FILE", str(tmp_path / "secret"))
    client = house.client(None)
    assert client.post(URL, content=BODY, headers=signed(BODY, "from the file")).status_code == 204
    assert client.post(URL, content=BODY, headers=signed(BODY)).status_code == 403
