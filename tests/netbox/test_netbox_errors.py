"""Whatever is wrong with NetBox is one line that says what to do, and nothing is half written."""

import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from inventory.database.store import InventoryStore
from inventory.errors import RefusedRequest, SilesiaNetError, Unreachable
from inventory.sources.netbox.client import Client
from inventory.sources.netbox.models import MODELS, SITES
from tests.support.loopback import certificate
from tests.support.netbox import Netbox
from tests.support.netbox_side import Side


class Answers(BaseHTTPRequestHandler):
    """Something that is not NetBox, or not as it should be."""

    kinds: ClassVar[dict[str, tuple[int, str, str]]] = {
        "/html": (200, "text/html", "<h1>Welcome</h1>"),
        "/old": (200, "application/json", json.dumps({"netbox-version": "4.1.11"})),
        "/odd": (200, "application/json", json.dumps({"status": "fine"})),
        "/broken": (500, "text/html", "<h1>Server Error</h1>"),
        "/new": (200, "application/json", json.dumps({"netbox-version": "4.7.3-Docker-3.0"})),
    }
    waiting = threading.Event()

    def do_GET(self) -> None:
        """Answer by the first part of the path; `/slow` answers only when the test is over."""
        if self.path.startswith("/slow"):
            self.waiting.wait(10)
        found = next((a for path, a in self.kinds.items() if self.path.startswith(path)), (404, "text/plain", "no"))
        status, kind, text = found
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """A server that is not NetBox."""
    Answers.waiting.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    Answers.waiting.set()
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "kind", "said"),
    [
        ("/html", Unreachable, "what answers here is not the API of a NetBox; give the address of its first page"),
        ("/nowhere", Unreachable, "what answers here is not the API of a NetBox"),
        ("/odd", Unreachable, "what answers here is not the API of a NetBox"),
        ("/old", RefusedRequest, "this is NetBox 4.1.11, which is too old; upgrade it to 4.6 or later"),
        ("/broken", Unreachable, "NetBox failed with status 500 (the status); see its log"),
        ("/slow", Unreachable, "NetBox did not answer in time (the status); it is overloaded, or SILESIANET_NETBOX_"),
    ],
)  # fmt: skip
def test_one_line_says_what_is_wrong(elsewhere: str, path: str, kind: type[SilesiaNetError], said: str) -> None:
    with pytest.raises(kind) as found:
        Client(elsewhere + path, "t", 0.5).check()
    assert str(found.value).startswith(f"{elsewhere}{path}: {said}") and "\n" not in str(found.value)


def test_the_builds_of_others_are_versions_too(elsewhere: str) -> None:
    assert Client(f"{elsewhere}/new", "t", 5).check() == "4.7.3-Docker-3.0"


def test_nobody_there() -> None:
    with pytest.raises(Unreachable, match="NetBox does not answer; see that it runs"):
        Client("http://127.0.0.1:9", "t", 1).check()


def test_a_certificate_nobody_vouches_for(tmp_path: Path) -> None:
    pem, key = certificate(tmp_path, "netbox.example.test")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with pytest.raises(Unreachable, match="not trusted; name its authority in SILESIANET_NETBOX_CA_FILE"):
        Client(f"https://127.0.0.1:{server.server_address[1]}", "t", 5).check()
    server.shutdown()
    server.server_close()


@pytest.mark.netbox
def test_a_token_that_is_not_one(netbox: Netbox) -> None:
    with pytest.raises(RefusedRequest, match=r"does not accept the token: .*SILESIANET_NETBOX_TOKEN"):
        Client(netbox.url, "nbt_000000000000." + "0" * 40, 30).check()


@pytest.mark.netbox
def test_a_token_without_rights(netbox: Netbox, tmp_path: Path) -> None:
    guest = Client(netbox.url, netbox.add_user("guest-of-errors"), 30)
    guest.check()
    with pytest.raises(RefusedRequest, match=r"give the token's user the permission dcim\.view_site"):
        list(guest.rows(MODELS[SITES], 0, 100))
    with pytest.raises(RefusedRequest, match=r"permission dcim\.add_site"):
        guest.write("post", SITES, "dcim.add_site", [{"name": "a", "slug": "a"}])


@pytest.mark.netbox
def test_a_pull_without_rights_writes_nothing(netbox: Netbox, tmp_path: Path) -> None:
    side = Side(tmp_path, netbox)
    said = side.run("pull", "--yes", expect=1, token=netbox.add_user("guest-of-pull"))
    assert said.count("\n") == 1 and "permission core.view_objectchange" in said
    assert side.context.inventory.revision() == 0 and side.mirror.pairing() == {}


@pytest.mark.netbox
def test_what_netbox_refuses_is_told_as_it_says_it(netbox: Netbox) -> None:
    """A batch with one bad object is refused whole."""
    client = Client(netbox.url, netbox.token, 30)
    with pytest.raises(SilesiaNetError, match=r"NetBox refuses dcim/sites: .*slug"):
        client.write("post", SITES, "dcim.add_site", [{"name": "a", "slug": "a"}, {"name": "b", "slug": "not a slug"}])
    assert client.count(MODELS[SITES]) == 0


def test_it_is_said_what_is_not_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    side = Side(tmp_path, Netbox("", "", "", None, 0, 0))  # type: ignore[arg-type]
    assert "give --url or SILESIANET_NETBOX_URL" in side.run("pull", expect=2)
    assert "SILESIANET_NETBOX_TOKEN" in side.run("pull", "--url", "http://127.0.0.1:9", expect=2)
    assert InventoryStore(side.context.engine).revision() == 0
