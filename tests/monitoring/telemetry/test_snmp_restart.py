"""An agent that restarts is heard again at once, though its SNMPv3 clock has begun anew."""

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from monitoring.settings import SnmpSettings
from monitoring.snmp import credentials
from monitoring.snmp.poll import DevicePoll
from monitoring.snmp.pysnmp_session import Client
from monitoring.snmp.sample import Poll, Sample, Silence


def start(agent: Any, home: Path) -> subprocess.Popen[bytes]:
    """Another daemon on a port of its own, with the configuration of the shared one."""
    text = (agent.credentials.parent / "snmpd.conf").read_text().replace(str(agent.port), str(agent.port + 1))
    (home / "snmpd.conf").write_text(text + "engineID tester\n")
    program = shutil.which("snmpd", path="/usr/sbin:/usr/bin")
    assert program is not None
    command = [program, "-f", "-Lf", str(home / "log"), "-C", "-c", str(home / "snmpd.conf"), "-I", "-smux"]
    daemon = subprocess.Popen(
        [*command, "-p", str(home / "pid")], env=os.environ | {"SNMP_PERSISTENT_DIR": str(home / "state")}
    )
    deadline = time.monotonic() + 10
    while not (home / "pid").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    return daemon


def stop(daemon: subprocess.Popen[bytes], home: Path) -> None:
    daemon.terminate()
    daemon.wait(10)
    (home / "pid").unlink(missing_ok=True)


@pytest.mark.parametrize("version", ["2c", "3"])
def test_a_restart_costs_no_answer(agent: Any, tmp_path: Path, version: str) -> None:
    async def run() -> list[Poll]:
        client = Client(credentials.load(agent.credentials, version), timeout=0.5, retries=0)
        device = DevicePoll("d", client.session("127.0.0.1", agent.port + 1), SnmpSettings())
        polls = []
        daemon = start(agent, tmp_path)
        try:
            polls.append(await device.poll())
            stop(daemon, tmp_path)
            polls.append(await device.poll())
            daemon = start(agent, tmp_path)
            polls.append(await device.poll())
        finally:
            stop(daemon, tmp_path)
            client.close()
        return polls

    before, gone, after = asyncio.run(run())
    assert isinstance(before, Sample)
    assert isinstance(gone, Silence)
    assert isinstance(after, Sample), after
    assert after.interface("lo") is not None
