"""Polling a real net-snmp agent over SNMPv2c and SNMPv3 authPriv."""

import asyncio
import json
import logging
from pathlib import Path
from typing import Any

import pytest

from inventory.errors import BadInput
from monitoring.settings import SnmpSettings
from monitoring.snmp import credentials
from monitoring.snmp.poll import DevicePoll
from monitoring.snmp.pysnmp_session import Client
from monitoring.snmp.sample import Poll, Sample, Silence


def poll_twice(secrets: credentials.Credentials, port: int) -> list[Poll]:
    async def run() -> list[Poll]:
        client = Client(secrets, timeout=0.5, retries=0)
        device = DevicePoll("tester", client.session("127.0.0.1", port), SnmpSettings())
        try:
            return [await device.poll(), await device.poll()]
        finally:
            client.close()

    return asyncio.run(run())


@pytest.mark.parametrize("version", ["2c", "3"])
def test_interfaces_of_a_real_agent(agent: Any, version: str) -> None:
    first, second = poll_twice(credentials.load(agent.credentials, version), agent.port)
    assert isinstance(first, Sample)
    assert isinstance(second, Sample)
    assert first.sys_name == "tester"
    assert first.uptime is not None
    assert first.neighbours is None, "an agent without OSPF must not look like one that lost its neighbours"
    loopback = first.interface("lo")
    assert loopback is not None
    assert (loopback.oper, loopback.admin, loopback.usable_for_capacity) == ("up", "up", True)
    assert second.counters_at == first.counters_at, "counters are read again only when due"


def test_a_wrong_password_is_silence_that_does_not_tell_it(agent: Any, caplog: pytest.LogCaptureFixture) -> None:
    secrets = json.loads(agent.credentials.read_text()) | {"auth_password": "not-the-password"}
    with caplog.at_level(logging.DEBUG):
        result = poll_twice(credentials.User.model_validate(secrets), agent.port)[0]
    assert isinstance(result, Silence)
    assert "not-the-password" not in caplog.text + repr(result) + repr(secrets.keys())


def test_a_closed_port_is_silence() -> None:
    result = poll_twice(credentials.Community.model_validate({"community": "x"}), 9)[0]
    assert isinstance(result, Silence)


@pytest.mark.parametrize("text", ["{", '{"community": 5}', '{"user": "a", "auth_protocol": "ROT13-hidden"}'])
def test_bad_credentials_are_refused_without_quoting_them(tmp_path: Path, text: str) -> None:
    path = tmp_path / "credentials.json"
    path.write_text(text)
    with pytest.raises(BadInput) as caught:
        credentials.load(path, "3")
    assert str(path) in str(caught.value)
    assert "hidden" not in str(caught.value)
    with pytest.raises(BadInput, match="cannot read"):
        credentials.load(tmp_path / "absent.json", "3")
