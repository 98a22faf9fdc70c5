"""One router and one hotspot with the management node, bootstrapped only: what a driver meets on its first day."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from napalm import get_network_driver

import lab
from automation.transports.frr import FrrDriver
from inventory.model.network import Network
from lab import attach, power
from lab.directory import Directory
from lab.namespaces import run
from lab.state import LabState
from tests.support.scene import Scene

PLACE = {
    "address": {"street": "ul. Zwycięstwa", "city": "Gliwice", "terc": "2466011"},
    "coordinates": {"latitude": 50.29, "longitude": 18.67},
    "district": "Śródmieście",
}
RATE = {"down": "100 Mb/s", "up": "50 Mb/s"}
NODES: list[dict[str, Any]] = [
    {
        "slug": "r1", "role": "datacentre", "site": "dc", "platform": "frr",
        "interfaces": [
            {"name": "lo", "kind": "loopback", "addresses": ["10.255.0.1/32"]},
            {"name": "mgmt0", "kind": "oob", "addresses": ["172.31.0.1/24"]},
            {"name": "eth1", "kind": "p2p", "addresses": ["10.254.0.0/31"]},
        ],
    },
    {
        "slug": "h1", "role": "hotspot", "site": "park", "platform": "linux-hotspot",
        "interfaces": [
            {"name": "lan0", "kind": "lan", "addresses": ["10.66.1.1/24"]},
            {"name": "eth1", "kind": "p2p", "addresses": ["10.254.0.1/31"]},
        ],
    },
    {
        "slug": "noc", "role": "noc", "site": "dc",
        "interfaces": [{"name": "mgmt0", "kind": "oob", "addresses": ["172.31.0.254/24"]}],
    },
]  # fmt: skip


@dataclass(frozen=True)
class Bench:
    """The running pair of devices and ways to them."""

    state: LabState

    def folder(self, node: str) -> Path:
        return Directory.of(self.state.home).node(node)

    def on(self, node: str, *argv: str) -> str:
        """Standard output of a command inside a node."""
        return run(self.folder(node), argv)

    def optional_args(self, node: str) -> dict[str, Any]:
        return {
            "key_file": self.state.private_key,
            "known_hosts": self.state.known_hosts,
            "attach": attach.enter(self.state.home, node),
        }

    def driver(self, node: str = "r1", timeout: int = 30, **more: Any) -> FrrDriver:
        """An open driver, as NAPALM finds it."""
        kind, host, near = {"r1": ("frr", "172.31.0.1", "noc"), "h1": ("linux_hotspot", "10.254.0.1", "h1")}[node]
        driver: FrrDriver = get_network_driver(kind)(host, "silesianet", "", timeout, self.optional_args(near) | more)
        driver.open()
        return driver

    def restart(self, node: str) -> None:
        """Power off and on: every process of the node is killed, what it keeps stays."""
        power.off(self.folder(node))
        power.on(self.folder(node))


@pytest.fixture
def scene(city: Network, tmp_path: Path) -> Scene:
    """The demonstration city in memory."""
    return Scene(city, tmp_path)


@pytest.fixture(scope="session")
def bench(lab_ready: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    home = tmp_path_factory.mktemp("bench")
    try:
        yield Bench(lab.up(_network(), home, lambda _: None))
    finally:
        lab.down(home)


@pytest.fixture(scope="session")
def factory(bench: Bench) -> str:
    """What the router runs before anybody configures it."""
    driver = bench.driver()
    text = driver.get_config("running")["running"]
    driver.close()
    return text


@pytest.fixture
def router(bench: Bench, factory: str) -> Iterator[FrrDriver]:
    """A session with the router, which is as from the factory before and after."""
    driver = bench.driver()
    yield driver
    driver.close()
    cleaner = bench.driver()
    if cleaner.has_pending_commit():
        cleaner.rollback()
    cleaner.load_replace_candidate(config=factory)
    cleaner.commit_config()
    cleaner.close()


@pytest.fixture
def edited() -> Callable[..., str]:
    """A running bundle with pieces of text replaced: ``edited(driver, ("old", "new"))``."""

    def edit(driver: FrrDriver, *changes: tuple[str, str]) -> str:
        text = driver.get_config("running")["running"]
        for old, new in changes:
            assert old in text, text
            text = text.replace(old, new, 1)
        return str(text)

    return edit


def _site(slug: str, site_class: str) -> dict[str, Any]:
    return {"slug": slug, "name": slug, "site_class": site_class, "tenant": "operator", **PLACE}


def _network() -> Network:
    return Network.model_validate(
        {
            "tenants": [{"slug": "operator", "name": "Operator", "kind": "commune"}],
            "sites": [_site("dc", "datacentre"), _site("park", "hotspot")],
            "circuits": [{"slug": "c1", "provider": "own", "medium": "fibre", "rate": RATE}],
            "links": [{"slug": "dc--park", "a": "r1:eth1", "b": "h1:eth1", "circuit": "c1"}],
            "devices": NODES,
        }
    )
