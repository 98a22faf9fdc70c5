"""A server that is killed loses no event: what it had not told, it tells after its restart."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from api.roles import Role
from inventory.model.network import Network
from tests.support.api import furnish
from tests.support.process import served_apart
from tests.support.receiver import Receiver
from tests.support.running import eventually


@contextmanager
def serving(home: Path, token: str, last: signal.Signals) -> Iterator[httpx.Client]:
    """A server process, ended by the signal, and somebody who asks it."""
    with (
        served_apart(home, {"SILESIANET_REFRESH_SECONDS": "0.05"}, last) as address,
        httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=20) as client,
    ):
        yield client


def rename(client: httpx.Client, name: str) -> None:
    answer = client.patch("/api/v1/tenants/gliwice", json={"name": name}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


def test_what_was_not_told_is_told_after_a_kill(tmp_path: Path, city: Network) -> None:
    house = furnish(f"sqlite:///{tmp_path / 'silesianet.db'}", tmp_path, city)
    token = house.tokens[Role.ADMIN]
    house.context.engine.dispose()
    with Receiver(answer=lambda got: 200 if len(receiver.got) == 1 else 503).listening() as receiver:
        with serving(tmp_path, token, signal.SIGKILL) as client:
            body = {"url": receiver.url, "events": ["inventory.changed"]}
            secret = client.post("/api/v1/webhooks", json=body).json()["secret"]
            for number in range(3):
                rename(client, f"Gliwice {number}")
            eventually(lambda: len(receiver.got) > 1, 20, "one is taken, the next is refused")
            rename(client, "Gliwice, the moment before")
        receiver.answer = lambda got: 200
        with serving(tmp_path, token, signal.SIGTERM):
            eventually(lambda: len(receiver.taken) >= 4, 40, "the rest is told")
    assert receiver.revisions() == [2, 3, 4, 5]
    assert all(got.signed_by(secret) for got in receiver.got)
