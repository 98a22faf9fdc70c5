"""Faults of the machine of a site agent: the process really has another time of day, and its authorities are gone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from inventory.errors import RefusedRequest
from lab import namespaces
from lab.directory import Directory
from lab.faults import agents
from lab.faults.fault import FaultKind

NODE, NOTHING = "client-school", frozenset[FaultKind]()
TELLS = """
import json, pathlib, sys, time
options = dict(zip(sys.argv[1::2], sys.argv[2::2]))
trusted = pathlib.Path(options["--ca-file"]).exists()
part = pathlib.Path(options["--token-file"]).with_name("part")
part.write_text(json.dumps([time.time(), time.monotonic(), trusted]))
part.replace(part.with_name("told"))
time.sleep(600)
"""


@pytest.fixture
def directory(tmp_path: Path, lab_ready: None) -> Iterator[Directory]:
    """One running node, with something in it that has the command line of an agent."""
    found = Directory.of(tmp_path)
    folder = found.node(NODE)
    folder.mkdir(parents=True)
    (folder / "keeps-tmp").touch()
    (found.root / "ca.pem").write_text("x")
    namespaces.start(folder)
    try:
        pid = namespaces.await_ready(folder, time.monotonic() + 20)
        options = ["--token-file", str(found.root / "token"), "--ca-file", str(found.root / "ca.pem")]
        argv = namespaces.enter_command(pid, [sys.executable, "-c", TELLS, *options])
        with (found.root / "log").open("ab") as log:
            subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        yield found
    finally:
        namespaces.stop([folder])


def told(directory: Directory) -> tuple[float, bool]:
    """How far ahead the newest process thinks it is, and whether its authorities are there."""
    file = directory.root / "told"
    deadline = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < deadline, (directory.root / "log").read_text()
        time.sleep(0.02)
    day, ticks, trusted = json.loads(file.read_text())
    file.unlink()
    assert abs(time.monotonic() - ticks) < 60, "only the time of day is wrong"
    return day - time.time(), trusted


def killed(directory: Directory) -> None:
    """Let the process die, as an agent does that cannot start."""
    pid = agents.running(directory.node(NODE))
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while agents.running(directory.node(NODE)) is not None:
        time.sleep(0.02)


@pytest.mark.lab
def test_the_clock_and_the_authorities_of_an_agent(directory: Directory) -> None:
    ahead, trusted = told(directory)
    assert abs(ahead) < 60 and trusted
    both = frozenset({FaultKind.CLOCK, FaultKind.UNTRUSTING})
    steps = ((frozenset({FaultKind.CLOCK}), True), (both, False), (frozenset({FaultKind.UNTRUSTING}), False),
             (NOTHING, True))  # fmt: skip
    for wanted, left in steps:
        agents.transition(directory, NODE, wanted)
        ahead, trusted = told(directory)
        assert abs(ahead - agents.AHEAD_SECONDS * (FaultKind.CLOCK in wanted)) < 60
        assert trusted is left


@pytest.mark.lab
def test_an_agent_that_died_of_it_is_started_again(directory: Directory) -> None:
    told(directory)
    agents.transition(directory, NODE, frozenset({FaultKind.UNTRUSTING}))
    told(directory)
    killed(directory)
    agents.transition(directory, NODE, NOTHING)
    assert told(directory)[1]


@pytest.mark.lab
def test_where_no_agent_runs_none_can_be_broken(directory: Directory) -> None:
    told(directory)
    killed(directory)
    with pytest.raises(RefusedRequest):
        agents.transition(directory, NODE, frozenset({FaultKind.CLOCK}))
    agents.transition(directory, NODE, NOTHING)
