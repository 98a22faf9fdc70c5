"""Every probe kind against real servers on loopback: the healthy answer, and each failure at its exact stage."""

import asyncio
import os
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from inventory.model.network import Network
from inventory.model.service import Protocol
from monitoring.probe_plan import probe_list
from monitoring.probes import Result, Target, kind, kinds, probe
from monitoring.probes.tls import trusting
from tests.support.loopback import NAME, Ports, certificate, world
from tests.support.small_network import DAY, village

TEXT = "Wirtualne Biuro Obsługi"
HEALTHY: dict[str, dict[str, Any]] = {
    "dns": {},
    "tcp": {"port": "web"},
    "tls": {"port": "tls"},
    "http": {"port": "web", "expect_text": TEXT},
    "https": {"port": "tls", "expect_text": TEXT},
    "icmp": {},
}
FAILING: list[tuple[str, dict[str, Any], str, str]] = [
    ("dns", {"name": "nobody.test"}, "dns", "NXDOMAIN"),
    ("dns", {"name": "empty.test"}, "dns", "no address"),
    ("dns", {"name": "broken.test"}, "dns", "malformed"),
    ("dns", {"name": "lost.test", "timeout": 0.3}, "dns", "no answer within 0.3 s"),
    ("dns", {"resolver_port": "closed"}, "dns", "refused"),
    ("dns", {"name": "elsewhere.test", "addresses": ("127.0.0.1",)}, "dns", "instead of 127.0.0.1"),
    ("tcp", {"name": "nobody.test", "port": "web"}, "dns", "NXDOMAIN"),
    ("tcp", {"port": "closed"}, "tcp", "refused"),
    ("tls", {"port": "closed"}, "tcp", "refused"),
    ("tls", {"port": "garbage"}, "tls", ""),
    ("tls", {"port": "silent", "timeout": 0.3}, "tls", "no answer"),
    ("tls", {"port": "tls", "name": "other.test"}, "tls", "certificate not accepted"),
    ("https", {"port": "tls", "ca": "stranger"}, "tls", "certificate not accepted"),
    ("http", {"port": "web", "path": "/busy"}, "http", "status 503 instead of 200"),
    ("http", {"port": "web", "path": "/closed", "expect_text": TEXT}, "http", "not in the answer"),
    ("http", {"port": "garbage"}, "http", "does not speak HTTP"),
    ("http", {"port": "silent", "timeout": 0.3}, "http", "no answer"),
    ("https", {"port": "tls", "path": "/busy"}, "http", "status 503"),
    ("icmp", {"name": "nobody.test"}, "dns", "NXDOMAIN"),
]


def run(folder: Path, use: Callable[[Ports], Coroutine[Any, Any, Result]]) -> Result:
    async def inside() -> Result:
        async with world(folder) as ports:
            return await use(ports)

    return asyncio.run(inside())


def target(folder: Path, ports: Ports, probed: str, **wanted: Any) -> Target:
    ca = certificate(folder, "stranger.test")[0] if wanted.pop("ca", None) else folder / f"{NAME}.pem"
    port = {key: getattr(ports, wanted.pop(key)) for key in ("port", "resolver_port") if key in wanted}
    common: dict[str, Any] = {"name": NAME, "resolver": "127.0.0.1", "resolver_port": ports.dns, "ca_file": str(ca)}
    return Target(**(common | port | wanted | {"service": "wbo", "kind": probed}))


def test_every_kind_is_tested_and_the_model_names_no_other() -> None:
    assert set(kinds()) == set(HEALTHY) == {case[0] for case in FAILING} == set(Protocol)


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_answer(name: str, tmp_path: Path) -> None:
    if name == "icmp" and os.geteuid() != 0:
        pytest.skip("echo requests need privileges here")
    result = run(tmp_path, lambda ports: probe(target(tmp_path, ports, name, **HEALTHY[name])))
    assert (result.ok, result.stage) == (True, None), result.text
    assert result.ms > 0


@pytest.mark.parametrize(("name", "wanted", "stage", "words"), FAILING)
def test_a_failure_names_its_stage(name: str, wanted: dict[str, Any], stage: str, words: str, tmp_path: Path) -> None:
    started = time.monotonic()
    result = run(tmp_path, lambda ports: probe(target(tmp_path, ports, name, **wanted)))
    assert (result.ok, result.stage) == (False, stage), result.text
    assert words.lower() in result.text.lower()
    assert time.monotonic() - started < 1.4


@pytest.mark.parametrize(("port", "seconds"), [("silent", 0.6), ("closed", 0.1)])
def test_a_server_that_was_reached_may_take_longer(port: str, seconds: float, tmp_path: Path) -> None:
    wanted = {"port": port, "timeout": 0.2, "patience": 0.4}
    result = run(tmp_path, lambda ports: probe(target(tmp_path, ports, "http", **wanted)))
    assert not result.ok
    assert result.ms / 1000 == pytest.approx(seconds, abs=0.2)


def test_handshakes_that_time_out_leave_nothing_behind(tmp_path: Path) -> None:
    async def many(ports: Ports) -> Result:
        before, broken = len(list(Path("/proc/self/fd").iterdir())), []
        for number in range(60):
            hasty = target(tmp_path, ports, "https", port="tls", timeout=0.001 * (1 + number % 9))
            broken += [r for r in await asyncio.gather(*(probe(hasty) for _ in range(8))) if not r.ok and not r.stage]
        await asyncio.sleep(0.2)
        assert len(list(Path("/proc/self/fd").iterdir())) <= before + 2
        return broken[0] if broken else await probe(target(tmp_path, ports, "https", port="tls", timeout=5.0))

    result = run(tmp_path, many)
    assert result.ok, result.text


def test_an_alias_is_followed(tmp_path: Path) -> None:
    assert run(tmp_path, lambda ports: probe(target(tmp_path, ports, "dns", name="alias.test"))).ok


@pytest.mark.parametrize(
    "wanted", [{"kind": "gopher"}, {"kind": "tls", "ca_file": "/nowhere.pem", "addresses": ("::1",)}]
)
def test_a_probe_that_cannot_run_blames_no_stage(wanted: dict[str, Any]) -> None:
    result = asyncio.run(probe(Target(service="x", name="x.test", **wanted)))
    assert (result.ok, result.stage) == (False, None)
    assert result.text


def test_kinds_unknown_to_this_agent_are_named() -> None:
    with pytest.raises(LookupError, match="gopher"):
        kind("gopher")


def test_one_context_serves_all_probes(tmp_path: Path) -> None:
    ca_file = str(certificate(tmp_path)[0])
    assert trusting(ca_file) is trusting(ca_file)


def test_the_list_holds_every_service_entitled_or_not(city: Network) -> None:
    plan = probe_list(city, "kamera-rynek", DAY)
    assert [p["service"] for p in plan["probes"]] == [s.slug for s in city.services]
    assert (plan["site"], plan["resolver"]) == ("kamera-rynek", "10.50.0.53")
    assert all(Target.parse(p, resolver=plan["resolver"]).kind in kinds() for p in plan["probes"])
    assert probe_list(city, "kamera-rynek", DAY) == plan


def test_what_an_agent_does_not_know_it_ignores() -> None:
    entry = {**probe_list(village(), "one", DAY)["probes"][0], "colour": "red", "expect_text": None}
    assert Target.parse(entry, timeout=1.0).timeout == 1.0
