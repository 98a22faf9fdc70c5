"""Both IP families against real servers on 127.0.0.1 and ::1, the time of each stage, and what certificates tell."""

import asyncio
import ssl
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from monitoring.agent.rounds import told
from monitoring.probes import Result, Target, Trail, probe, together
from monitoring.probes.tls import secured
from tests.support.loopback import NAME, Ports, world

BOTH = ("127.0.0.1", "::1")


def run(folder: Path, use: Callable[[Ports], Coroutine[Any, Any, Result]]) -> Result:
    async def inside() -> Result:
        async with world(folder) as ports:
            return await use(ports)

    return asyncio.run(inside())


def dual(folder: Path, port: int, kind: str = "http", **more: Any) -> Target:
    ca_file = str(folder / f"{NAME}.pem")
    return Target("wbo", kind, NAME, port, addresses=BOTH, families=("4", "6"), ca_file=ca_file, **more)


def test_a_family_that_works_is_enough(tmp_path: Path) -> None:
    result = run(tmp_path, lambda ports: probe(dual(tmp_path, ports.web)))
    assert (result.ok, result.families) == (True, {"4": "ok"})


def test_where_the_first_family_fails_the_other_is_tried(tmp_path: Path) -> None:
    result = run(tmp_path, lambda ports: probe(dual(tmp_path, ports.closed)))
    assert (result.ok, result.stage, result.families) == (True, None, {"4": "tcp", "6": "ok"})


def test_where_the_first_family_is_silent_the_other_answers_and_the_silence_is_told(tmp_path: Path) -> None:
    result = run(tmp_path, lambda ports: probe(dual(tmp_path, ports.silent, patience=0.5)))
    assert (result.ok, result.families) == (True, {"4": "http", "6": "ok"})
    assert result.ms is not None and result.ms < 400, "the time is that of the family that answered"


def test_families_take_turns_so_that_neither_is_lost_unseen(tmp_path: Path) -> None:
    for turn, families in ((0, {"4": "ok"}), (1, {"4": "ok", "6": "tcp"}), (2, {"4": "ok"})):
        result = run(tmp_path, lambda ports, turn=turn: probe(dual(tmp_path, ports.web), turn))  # type: ignore[misc]
        assert (result.ok, result.families) == (True, families)


def test_both_families_are_tried_whatever_the_first_says_where_that_is_asked(tmp_path: Path) -> None:
    result = run(tmp_path, lambda ports: probe(dual(tmp_path, ports.web), both=True))
    assert (result.ok, result.families) == (True, {"4": "ok", "6": "tcp"})


def test_what_fails_in_both_families_is_told_by_the_one_that_came_furthest(tmp_path: Path) -> None:
    target = dual(tmp_path, 1)
    result = run(tmp_path, lambda ports: probe(dual(tmp_path, ports.closed, path="/busy")))
    assert (result.ok, result.stage, result.families) == (False, "http", {"4": "tcp", "6": "http"})
    assert asyncio.run(probe(target)).families == {"4": "tcp", "6": "tcp"}


def test_names_are_looked_up_in_each_family(tmp_path: Path) -> None:
    def named(name: str) -> Result:
        def asked(ports: Ports) -> Target:
            servers = ("127.0.0.2", "127.0.0.1")
            return Target(
                "x", "dns", name, addresses=BOTH, families=("4", "6"), resolvers=servers, resolver_port=ports.dns
            )

        return run(tmp_path, lambda ports: probe(asked(ports), both=True))

    assert named("six.test").families == {"4": "ok", "6": "ok"}
    assert named("four.test").families == {"4": "ok", "6": "dns"}


def test_echo_requests_go_over_ipv6_too() -> None:
    target = Target("x", "icmp", "x.test", addresses=BOTH, families=("4", "6"))
    assert asyncio.run(probe(target, both=True)).families == {"4": "ok", "6": "ok"}


@pytest.mark.parametrize(
    ("families", "tried"), [(("4",), ("4",)), (("6",), ("6",)), ((), ("4", "6")), (("6", "4"), ("6", "4"))]
)
def test_only_families_of_the_place_and_the_service_are_tried(
    families: tuple[str, ...], tried: tuple[str, ...]
) -> None:
    assert Target("x", "tcp", "x.test", addresses=BOTH, families=families).tried() == tried


def test_every_stage_is_timed_and_the_certificate_read(tmp_path: Path) -> None:
    def use(ports: Ports) -> Coroutine[Any, Any, Result]:
        named = {"resolver": "127.0.0.1", "resolver_port": ports.dns, "ca_file": str(tmp_path / f"{NAME}.pem")}
        return probe(Target.parse({"service": "wbo", "kind": "https", "name": NAME, "port": ports.tls}, **named))

    result = run(tmp_path, use)
    assert result.ok, result.text
    assert list(result.stages) == ["dns", "tcp", "tls", "http"]
    assert sum(result.stages.values()) == pytest.approx(result.ms, rel=0.5, abs=2)
    assert result.days_left is not None and 0 < result.days_left < 0.05
    document = told("wbo", 5.0, result)
    assert document["families"] == {"4": "ok"} and document["days_left"] == result.days_left


def test_a_certificate_that_ends_too_soon_fails_where_that_is_wanted(tmp_path: Path) -> None:
    result = run(tmp_path, lambda ports: probe(dual(tmp_path, ports.tls, "https", certificate_days=14.0)))
    assert (result.ok, result.stage) == (False, "tls")
    assert "ends in 0.0 days, 14 are wanted" in result.text
    assert result.days_left is not None


def test_every_handshake_is_a_full_one(tmp_path: Path) -> None:
    reused = []

    def look(proven: ssl.SSLSocket) -> str:
        proven.sendall(b"GET / HTTP/1.1\r\n\r\n")
        proven.recv(1)  # by then the server's tickets have come
        reused.append(proven.session_reused)
        return ""

    async def twice(ports: Ports) -> Result:
        for _ in range(2):
            async with asyncio.timeout(5) as limit:
                await secured(dual(tmp_path, ports.tls), Trail(limit, 0.0), look)
        return await probe(dual(tmp_path, ports.tls, "tls"))

    result = run(tmp_path, twice)
    assert result.ok and f"certificate by {NAME}, 0 days left" in result.text
    assert reused == [False, False]


def test_the_better_result_speaks_for_both() -> None:
    good, bad = Result(True, None, 5.0, "fine", {"6": "ok"}), Result(False, "tls", 9.0, "no", {"4": "tls"}, {}, 3.0)
    assert together([bad, good]) == Result(True, None, 5.0, "fine", {"4": "tls", "6": "ok"}, {}, 3.0)
