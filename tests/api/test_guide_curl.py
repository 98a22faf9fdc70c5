"""The guides for programs do what they say: every line is typed into a shell, in order, against a server."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.roles import Role
from inventory.model.network import Network
from tests.support.api import House, furnish
from tests.support.receiver import Receiver
from tests.support.running import eventually
from tests.support.server import served

GUIDES = Path(__file__).parents[2] / "docs" / "guide"
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELL = """set -eu
silesianet() { :; }
curl() { command curl -sS -m 30 --fail-with-body "$@"; echo; }
"""


@pytest.fixture
def furnished(tmp_path: Path, city: Network) -> Iterator[House]:
    """A house with something observed."""
    house = furnish(f"sqlite:///{tmp_path / 'silesianet.db'}", tmp_path, city)
    house.observe()
    yield house
    house.context.engine.dispose()


def blocks(page: str, language: str) -> list[str]:
    return [text for kind, text in BLOCK.findall((GUIDES / page).read_text()) if kind == language]


def typed(house: House, url: str, page: str, folder: Path, receiver: str = "") -> None:
    """Type the lines of a page."""
    script = SHELL + "".join(blocks(page, "sh"))
    known = {"URL": url, "TOKEN": house.tokens[Role.VIEWER], "ADMIN": house.tokens[Role.ADMIN], "RECEIVER": receiver}
    environment = {"PATH": "/usr/bin:/bin", **known}
    done = subprocess.run(
        ["bash", "-c", script], env=environment, cwd=folder, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-2000:]}"


def test_the_guide_for_city_it(furnished: House, tmp_path: Path) -> None:
    with served(furnished.app) as url:
        typed(furnished, url, "city-it.md", tmp_path)
    network = furnished.context.inventory.network()
    assert network.site["rynek"].people_served == 950
    assert furnished.context.inventory.revision() == 5
    assert (tmp_path / "schools.csv").read_bytes().startswith(b"\xef\xbb\xbfslug,")
    assert (tmp_path / "links.csv").read_text(encoding="utf-8-sig").startswith("slug,capacity_bps\n")


def test_the_guide_for_webhooks(furnished: House, tmp_path: Path) -> None:
    with Receiver().listening() as receiver:
        with served(furnished.app) as url:
            client = furnished.client(Role.ADMIN)
            body = {"url": receiver.url, "events": ["inventory.changed"]}
            secret = client.post("/api/v1/webhooks", json=body).json()["secret"]
            assert client.post("/api/v1/webhooks/1/ping").status_code == 202
            eventually(lambda: receiver.taken, 20, "the trial arrives")
            assert client.delete("/api/v1/webhooks/1").status_code == 204
            typed(furnished, url, "webhooks.md", tmp_path, receiver.url)
        names: dict[str, object] = {}
        exec(blocks("webhooks.md", "python")[0], names)
        genuine, got = names["genuine"], receiver.taken[0]
        assert callable(genuine)
        assert genuine(secret, got.headers, got.body)
        assert not genuine(secret, got.headers, got.body + b" ")
