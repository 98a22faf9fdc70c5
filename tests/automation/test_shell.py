"""The command line of real devices: answers, and why there is none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from automation.transports.errors import ConnectionLost, DeviceUnreachable
from automation.transports.shell import open_shell
from automation.transports.ssh import Target

pytestmark = pytest.mark.lab


@pytest.fixture
def way(bench: Any) -> Callable[[str], Target]:
    """How to log in to a node of the bench, from inside it."""

    def to(node: str) -> Target:
        arguments = bench.optional_args(node)
        return Target(
            "127.0.0.1", "silesianet", arguments["key_file"], arguments["known_hosts"], 22, arguments["attach"]
        )

    return to


@pytest.mark.parametrize(("node", "command", "expected"), [
    ("r1", "vtysh -c 'show version'", "FRRouting 8.4"), ("h1", "hostname", "h1"),
])  # fmt: skip
def test_a_question_is_answered(way: Callable[[str], Target], node: str, command: str, expected: str) -> None:
    shell = open_shell(replace(way(node), host=ADDRESS[node]), "linux", 10)
    try:
        assert expected in shell.ask(command, 10)
        assert expected in shell.ask(command, 10), "a second question on the same login"
    finally:
        shell.close()


def test_no_answer_in_time_is_told(way: Callable[[str], Target]) -> None:
    shell = open_shell(replace(way("r1"), host=ADDRESS["r1"]), "linux", 10)
    try:
        with pytest.raises(ConnectionLost):
            shell.ask("sleep 30", 1)
    finally:
        shell.close()


def test_a_device_that_is_somebody_else_is_refused(way: Callable[[str], Target], tmp_path: Path) -> None:
    target = way("r1")
    other = tmp_path / "known_hosts"
    other.write_text(target.known_hosts.read_text().replace(ADDRESS["r1"], "192.0.2.1"))
    with pytest.raises(DeviceUnreachable) as refused:
        open_shell(replace(target, host=ADDRESS["r1"], known_hosts=other), "linux", 10)
    assert refused.value.reason == "host-key"


def test_a_closed_port_is_told(way: Callable[[str], Target]) -> None:
    with pytest.raises(DeviceUnreachable) as refused:
        open_shell(replace(way("r1"), host=ADDRESS["r1"], port=23), "linux", 5)
    assert refused.value.reason == "connect"


ADDRESS = {"r1": "172.31.0.1", "h1": "10.254.0.1"}
"""Addresses under which the host keys are pinned."""
