"""Traps sent by the real snmptrap arrive signed, are counted and logged, and make us look; forgeries are refused."""

import subprocess
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine

from inventory.errors import BadInput
from monitoring.settings import TrapSettings
from monitoring.snmp.credentials import Community, User
from monitoring.snmp.notification import Reader
from monitoring.traps import REFUSED, Trap, TrapLog, TrapReceiver

LINK_DOWN = "1.3.6.1.6.3.1.1.5.3"
INDEX = ["1.3.6.1.2.1.2.2.1.1.7", "i", "7"]
COMMUNITY = Community.model_validate({"community": "known"})
USER = User.model_validate({"user": "sender", "auth_password": "auth-secret", "priv_password": "priv-secret"})


class Ear:
    """A running receiver and what it heard."""

    def __init__(self) -> None:
        self.heard: list[Trap] = []
        settings = TrapSettings(listen="127.0.0.1:0")
        self.receiver = TrapReceiver(Reader(COMMUNITY, USER), settings, self.heard.append, lambda: None)

    def send(self, *arguments: str, program: str = "snmptrap") -> Trap:
        before = len(self.heard)
        target = f"127.0.0.1:{self.receiver.port}"
        subprocess.run([program, *arguments, target, "", LINK_DOWN, *INDEX], check=True, timeout=10)
        deadline = time.monotonic() + 5
        while len(self.heard) == before:
            assert time.monotonic() < deadline, "nothing was heard"
            time.sleep(0.02)
        return self.heard[-1]


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    ear.receiver.start()
    yield ear
    ear.receiver.stop()


def v3(password: str = "auth-secret", *more: str) -> list[str]:
    names = ["-v3", "-u", "sender", "-a", "SHA", "-A", password, "-x", "AES", "-X", "priv-secret"]
    return [*names, "-l", "authPriv", "-e", "0x8000000001020304", *more]


def test_a_v2c_trap_of_a_known_community(ear: Ear) -> None:
    trap = ear.send("-v2c", "-c", "known")
    assert (trap.kind, trap.interface, trap.source) == ("linkDown", "7", "127.0.0.1")


def test_a_v3_trap_signed_and_encrypted(ear: Ear) -> None:
    trap = ear.send(*v3())
    assert (trap.kind, trap.interface) == ("linkDown", "7")


def test_an_inform_is_answered(ear: Ear) -> None:
    assert ear.send("-v2c", "-c", "known", "-r", "0", "-t", "3", program="snmpinform").kind == "linkDown"


@pytest.mark.parametrize(
    "arguments",
    [
        ["-v2c", "-c", "guessed"],
        v3("wrong-secret"),
        ["-v3", "-u", "sender", "-l", "noAuthNoPriv", "-e", "0x8000000001020304"],
        ["-v3", "-u", "sender", "-a", "SHA", "-A", "auth-secret", "-l", "authNoPriv", "-e", "0x8000000001020304"],
    ],
)
def test_forgeries_are_refused(ear: Ear, arguments: list[str]) -> None:
    assert ear.send(*arguments).kind == REFUSED


def test_a_replay_of_an_older_boot_is_refused(ear: Ear) -> None:
    assert ear.send(*v3("auth-secret", "-Z", "5,1000")).kind == "linkDown"
    assert ear.send(*v3("auth-secret", "-Z", "4,2000")).kind == REFUSED


@given(st.binary(max_size=200))
def test_no_datagram_breaks_the_reader(message: bytes) -> None:
    with pytest.raises((BadInput, ValueError, IndexError)):
        Reader(COMMUNITY, USER).read(message)


def test_the_log_keeps_the_newest(engine: Engine) -> None:
    log = TrapLog(engine, keep=3)
    log.add([("core1", Trap(float(n), "10.0.0.1", "linkDown", str(n), {"1.3": n})) for n in range(5)])
    assert [row["interface"] for row in log.recent()] == ["4", "3", "2"]
