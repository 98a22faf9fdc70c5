"""A village of two routers, a hotspot, their clients and a server: the smallest lab that has everything."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lab
from inventory.model.network import Network
from lab.state import LabState

ADDRESS = {"street": "ul. Zwycięstwa", "city": "Gliwice", "terc": "2466011"}
PLACE = {"address": ADDRESS, "coordinates": {"latitude": 50.29, "longitude": 18.67}, "district": "Śródmieście"}


def _site(slug: str, site_class: str) -> dict[str, object]:
    return {"slug": slug, "name": slug, "site_class": site_class, "tenant": "operator", **PLACE}


def _port(name: str, kind: str, *addresses: str, to: str | None = None) -> dict[str, object]:
    return {"name": name, "kind": kind, "addresses": addresses, "attached_to": to}


def _device(slug: str, role: str, site: str, platform: str | None, *ports: dict[str, object]) -> dict[str, object]:
    return {"slug": slug, "role": role, "site": site, "platform": platform, "interfaces": ports}


def _service(slug: str, address: str, address6: str, **more: object) -> dict[str, object]:
    return {
        "slug": slug, "identifier": f"https://example/{slug}", "name_pl": "Usługa", "name_en": "Service",
        "description": "…", "competent_authority": "…", "channels": [{"kind": "web"}], "exposure": "public",
        "host": "srv-dc", "owner": "…", "criticality": 1, "slo_percent": 99.9,
        "endpoint": {
            "dns_name": f"{slug}.gliwice.example", "addresses": [address, address6], "expect_text": f"Zażółć {slug}"
        },
        **more,
    }  # fmt: skip


@pytest.fixture(scope="session")
def village() -> Network:
    """Inventory of the village."""
    rate = {"down": "100 Mb/s", "up": "50 Mb/s"}
    circuits = [{"slug": f"c{n}", "provider": "own", "medium": "fibre", "rate": rate} for n in (1, 2)]
    return Network.model_validate(
        {
            "tenants": [{"slug": "operator", "name": "Operator", "kind": "commune"}],
            "sites": [_site("dc", "datacentre"), _site("school", "school"), _site("park", "hotspot")],
            "srgs": [{"slug": "duct", "name": "duct", "kind": "duct"}],
            "circuits": circuits,
            "links": [
                {"slug": "dc--school", "a": "gw-dc:eth1", "b": "gw-school:eth1", "circuit": "c1", "srgs": ["duct"]},
                {"slug": "dc--park", "a": "gw-dc:eth2", "b": "hs-park:eth1", "circuit": "c2", "srgs": ["duct"]},
            ],
            "devices": [
                _device(
                    "gw-dc", "datacentre", "dc", "frr",
                    _port("lo", "loopback", "10.255.0.1/32"), _port("mgmt0", "oob", "172.31.0.1/24"),
                    _port("lan0", "lan", "10.50.0.1/24", "2001:db8:50::1/64"),
                    _port("eth1", "p2p", "10.254.0.0/31"), _port("eth2", "p2p", "10.254.0.2/31"),
                ),
                _device(
                    "gw-school", "site", "school", "frr", _port("lo", "loopback", "10.255.0.2/32"),
                    _port("lan0", "lan", "10.44.1.1/24"), _port("eth1", "p2p", "10.254.0.1/31"),
                ),
                _device(
                    "hs-park", "hotspot", "park", "linux-hotspot",
                    _port("lan0", "lan", "10.66.1.1/24"), _port("eth1", "p2p", "10.254.0.3/31"),
                ),
                _device(
                    "noc", "noc", "dc", None,
                    _port("eth0", "host", "10.50.0.5/24", to="gw-dc:lan0"), _port("mgmt0", "oob", "172.31.0.254/24"),
                ),
                _device("dns1", "resolver", "dc", None, _port("eth0", "host", "10.50.0.53/24", to="gw-dc:lan0")),
                _device(
                    "srv-dc", "server", "dc", None, _port(
                        "eth0", "host", "10.50.0.11/24", "2001:db8:50::b/64", "10.50.0.12/24", "2001:db8:50::c/64",
                        "10.50.0.13/24", "2001:db8:50::d/64", to="gw-dc:lan0",
                    ),
                ),
                _device("client-school", "agent", "school", None,
                        _port("eth0", "host", "10.44.1.10/24", to="gw-school:lan0")),
                _device("client-park", "agent", "park", None, _port("eth0", "host", to="hs-park:lan0")),
            ],
            "services": [
                _service("wbo", "10.50.0.11", "2001:db8:50::b"),
                _service("edms", "10.50.0.12", "2001:db8:50::c"),
                _service("gone", "10.50.0.13", "2001:db8:50::d", valid_to="2020-01-01"),
            ],
        }
    )  # fmt: skip


@pytest.fixture(scope="session")
def village_up(lab_ready: None, village: Network, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LabState]:
    """The village, running, taken down at the end."""
    home = tmp_path_factory.mktemp("home")
    try:
        yield lab.up(village, home, lambda _: None)
    finally:
        lab.down(home)


@pytest.fixture
def run() -> Callable[..., str]:
    """Run a command inside a node of a lab: ``run(state, "core1", "ip", "route")``."""
    from lab.directory import Directory
    from lab.namespaces import run as run_in_node

    def call(state: LabState, node: str, *argv: str) -> str:
        return run_in_node(Directory.of(Path(state.home)).node(node), argv)

    return call


HOOKS = {
    "gw-dc": """
        ip addr add 10.50.0.1/24 dev lan0; ip addr add 10.254.0.0/31 dev eth1; ip addr add 10.254.0.2/31 dev eth2
        ip route add 10.44.1.0/24 via 10.254.0.1
        nft -f - <<'NFT'
table inet silesianet {
    chain forward {
        type filter hook forward priority filter; policy accept;
    }
}
NFT
    """,
    "gw-school": "ip addr add 10.44.1.1/24 dev lan0",
    "hs-park": """
        ip addr add 10.66.1.1/24 dev lan0
        nft -f - <<'NFT'
table inet silesianet {
    chain postrouting {
        type nat hook postrouting priority srcnat; policy accept;
        oifname "eth1" masquerade
    }
}
NFT
        dnsmasq --conf-file=/dev/null --port=0 --interface=lan0 --bind-interfaces --user=root \
            --dhcp-range=10.66.1.50,10.66.1.60,255.255.255.0,5m --dhcp-option=option:router,10.66.1.1 \
            --dhcp-option=option:dns-server,10.50.0.53 --dhcp-leasefile=/run/leases --pid-file=/run/dnsmasq.pid
    """,
}
"""What the device program would do at power-on, by hand: these tests are about the lab, not about configuration."""


@pytest.fixture(scope="session")
def configured(village_up: LabState) -> LabState:
    """The village with addresses, routes and DHCP on its devices, put there by the boot hook."""
    from lab.directory import Directory
    from lab.namespaces import kept, run

    for name, text in HOOKS.items():
        folder = Directory.of(village_up.home).node(name)
        hook = kept(folder, "/etc/silesianet/boot")
        hook.write_text(f"#!/bin/sh\n{text}\n")
        hook.chmod(0o755)
        run(folder, ["/etc/silesianet/boot"])
    return village_up
