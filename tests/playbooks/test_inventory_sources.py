"""The plugin's sources give Ansible the same devices: a folder, the store, a server's API."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest

from api.presentation import envelope, listing
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.demo import gliwice
from inventory.errors import SilesiaNetError
from inventory.model.network import Network
from inventory.settings import Settings
from inventory.sources import files
from playbooks.hosts import hosts_of
from playbooks.sources import network_of

TOKEN = "a-token-of-a-test"
PAGE = 10


@pytest.fixture(scope="module")
def city() -> Network:
    """The demonstration city."""
    return files.load(gliwice())


@pytest.fixture
def server(city: Network) -> Iterator[str]:
    """Lists in pages of ten, as the API presents them; any other token is refused."""

    class Lists(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = urlsplit(self.path)
            if self.headers["Authorization"] != f"Bearer {TOKEN}":
                self.send_error(401)
                return
            every = listing(asked.path.rpartition("/")[2], city)
            first = int(parse_qs(asked.query).get("offset", ["0"])[0])
            page = envelope(every[first : first + PAGE], len(every))
            if first + PAGE < len(every):
                page["next"] = f"{asked.path}?limit={PAGE}&offset={first + PAGE}"
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(page).encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Lists) as listener:
        Thread(target=listener.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listener.server_port}"
        listener.shutdown()


def token_file(folder: Path, text: str) -> str:
    """A file with a token."""
    path = folder / "token"
    path.write_text(f"{text}\n")
    return str(path)


def test_the_api_gives_the_same_hosts(server: str, city: Network, tmp_path: Path) -> None:
    told = network_of("api", None, server, token_file(tmp_path, TOKEN))
    assert {h.name: h for h in hosts_of(told)} == {h.name: h for h in hosts_of(city)}


def test_the_store_gives_the_same_hosts(city: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SILESIANET_HOME", str(tmp_path))
    engine = connect(Settings().database)
    upgrade(engine)
    InventoryStore(engine).write(city, "test", "the city")
    engine.dispose()
    assert {h.name: h for h in hosts_of(network_of("store", None, None, None))} == {h.name: h for h in hosts_of(city)}


def test_a_wrong_token_is_said_in_one_line(server: str, tmp_path: Path) -> None:
    with pytest.raises(SilesiaNetError, match="401"):
        network_of("api", None, server, token_file(tmp_path, "wrong"))


def test_a_missing_token_file_is_named(server: str, tmp_path: Path) -> None:
    with pytest.raises(SilesiaNetError, match="nowhere"):
        network_of("api", None, server, str(tmp_path / "nowhere"))
