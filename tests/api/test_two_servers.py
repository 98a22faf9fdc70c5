"""Two servers on one database: both write at once, and what one writes the other shows."""

import subprocess
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from api.roles import Role
from tests.support.api import House
from tests.support.running import COMMAND, environment_of, eventually

INCREMENTS = 20
SITE = "/api/v1/sites/rynek"


@pytest.fixture
def servers(own_house: House, tmp_path: Path) -> Iterator[list[httpx.Client]]:
    """Two processes over the database of a house, and a client of each."""
    database = {"SILESIANET_DATABASE_URL": own_house.context.settings.database}
    homes = [tmp_path / "one", tmp_path / "two"]
    argv = [*COMMAND, "serve", "--no-monitor"]
    running = [subprocess.Popen(argv, env=environment_of(home) | database, stderr=subprocess.PIPE) for home in homes]
    headers = {"Authorization": f"Bearer {own_house.tokens[Role.ADMIN]}"}
    clients: list[httpx.Client] = []
    try:
        for home, process in zip(homes, running, strict=True):
            eventually((home / "url").exists, 60, "a server starts")
            assert process.poll() is None, process.communicate()
            clients.append(httpx.Client(base_url=(home / "url").read_text().strip(), headers=headers, timeout=60))
        for client in clients:
            eventually(partial(_ready, client), 60, "a server is ready")
        yield clients
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.communicate(timeout=30)


def _ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == 200
    except httpx.ConnectError:
        return False


def _one_more(client: httpx.Client) -> int:
    """Read, add one, write on the condition that nobody wrote in between; return how often that had to be repeated."""
    for attempt in range(1000):
        seen = client.get(SITE)
        people = seen.json()["people_served"] + 1
        done = client.patch(SITE, json={"people_served": people}, headers={"If-Match": seen.headers["etag"]})
        if done.status_code != 412:
            assert done.status_code == 200, done.text
            return attempt
    raise AssertionError("never got through")


def test_two_servers_lose_no_update(own_house: House, servers: list[httpx.Client]) -> None:
    store = own_house.context.inventory
    before, faults = store.network().site["rynek"].people_served, []

    def write(client: httpx.Client) -> None:
        try:
            for _ in range(INCREMENTS):
                _one_more(client)
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=write, args=(client,)) for client in servers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    expected = before + 2 * INCREMENTS
    assert [client.get(SITE).json()["people_served"] for client in servers] == [expected, expected]
    assert store.network().site["rynek"].people_served == expected
    assert store.revision() == 1 + 2 * INCREMENTS
    assert store.verify().finding is None
