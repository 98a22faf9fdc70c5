"""A change that nobody confirms never stays: controller killed, router restarted, path cut, time over."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from automation.transports.errors import BundleRefused, ConnectionLost, DeviceUnreachable
from automation.transports.frr import FrrDriver

pytestmark = pytest.mark.lab

Edit = Callable[..., str]
MARKED = ("interface mgmt0\n", "interface mgmt0\n description marked\n")
SSH_CUT = """\
#! part nftables
table inet silesianet {
	chain input {
		type filter hook input priority filter; policy accept;
		tcp dport 22 drop
	}
	chain output {
		type filter hook output priority filter; policy accept;
		tcp sport 22 drop
	}
}
"""


def _running(driver: FrrDriver) -> str:
    return str(driver.get_config("running")["running"])


def _ended(driver: FrrDriver, within: float = 15) -> dict[str, Any]:
    """How the pending commit ended, when it has."""
    until = time.monotonic() + within
    while driver.has_pending_commit():
        assert time.monotonic() < until, "still pending"
        time.sleep(0.1)
    return dict(driver.status()["last"])


def test_the_timer_takes_an_unconfirmed_change_back(router: FrrDriver, edited: Edit) -> None:
    before = _running(router)
    router.load_replace_candidate(config=edited(router, MARKED))
    router.commit_config(message="trial", revert_in=8)
    assert "description marked" in _running(router)
    last = _ended(router)
    assert (last["outcome"], last["note"]) == ("reverted", "trial")
    assert _running(router) == before
    with pytest.raises(BundleRefused, match="reverted: not confirmed in time"):
        router.confirm_commit()


def test_a_second_commit_is_refused_while_one_is_pending(router: FrrDriver, edited: Edit) -> None:
    router.load_replace_candidate(config=edited(router, MARKED))
    router.commit_config(revert_in=30)
    during = _running(router)
    router.load_replace_candidate(config=during.replace("marked", "second"))
    with pytest.raises(BundleRefused, match="is pending"):
        router.commit_config(revert_in=30)
    assert _running(router) == during


CONTROLLER = """
import sys, time
from pathlib import Path
from napalm import get_network_driver
from lab import attach
home, key, known_hosts, candidate = sys.argv[1:]
driver = get_network_driver("frr")("172.31.0.1", "silesianet", "", 30, {
    "key_file": key, "known_hosts": known_hosts, "attach": attach.enter(Path(home), "noc")})
driver.open()
driver.load_replace_candidate(filename=candidate)
driver.commit_config(revert_in=8)
print("committed", flush=True)
time.sleep(60)
"""


def test_the_router_heals_itself_when_the_controller_is_killed(
    bench: Any, router: FrrDriver, edited: Edit, tmp_path: Path
) -> None:
    before = _running(router)
    candidate = tmp_path / "candidate"
    candidate.write_text(edited(router, MARKED))
    state = bench.state
    controller = subprocess.Popen(
        [sys.executable, "-c", CONTROLLER, state.home, state.private_key, state.known_hosts, candidate],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert controller.stdout is not None
    with controller, controller.stdout as said:
        assert said.readline() == "committed\n"
        controller.send_signal(signal.SIGKILL)
    assert controller.returncode == -signal.SIGKILL
    assert "description marked" in _running(router)
    assert _ended(router)["outcome"] == "reverted"
    assert _running(router) == before


def test_a_router_restarted_with_a_commit_pending_starts_with_the_confirmed_configuration(
    bench: Any, router: FrrDriver, edited: Edit
) -> None:
    confirmed = edited(router, MARKED, ("marked", "kept"), ("#! part shaping\n", "#! part shaping\neth1 80000000\n"))
    router.load_replace_candidate(config=confirmed)
    router.commit_config()
    before = _running(router)
    assert "eth1 80000000\n" in before
    router.load_replace_candidate(
        config=before.replace("description kept", "description trial").replace("8000", "9000")
    )
    router.commit_config(revert_in=60)
    assert "description kept" in bench.on("r1", "cat", "/etc/frr/frr.conf")
    bench.restart("r1")
    after = bench.driver()
    assert after.status()["pending"] is None
    assert "restarted" in after.status()["last"]["reason"]
    assert _running(after) == before
    assert bench.on("r1", "sh", "-c", "pgrep -f '[s]n-bundle watch' || true") == ""
    after.close()


def test_a_change_that_cuts_its_own_path_is_healed_by_the_timer(bench: Any, router: FrrDriver) -> None:
    router.load_merge_candidate(config=SSH_CUT)
    with pytest.raises(ConnectionLost, match="timeout"):
        router.commit_config(revert_in=8)
    with pytest.raises(DeviceUnreachable, match="connect"):
        bench.driver(timeout=1)
    until = time.monotonic() + 30
    while True:
        try:
            healed = bench.driver(timeout=1)
            break
        except DeviceUnreachable:
            assert time.monotonic() < until
    assert _ended(healed)["outcome"] == "reverted"
    assert "drop" not in _running(healed)
    healed.close()


RACE = """
cd /run
for number in 1 2 3 4 5 6; do
    printf '#! part shaping\\neth1 %s000000\\n' $((8 * number)) > race
    /etc/silesianet/sn-bundle commit race --id $number --revert-in 1 > /dev/null || exit 3
    sleep 0.9$((number + 2))
    if /etc/silesianet/sn-bundle confirm $number > /dev/null 2>&1; then echo confirmed; else echo reverted; fi
    while /etc/silesianet/sn-bundle status | grep -q '"pending": {'; do sleep 0.05; done
    /etc/silesianet/sn-bundle status
    /etc/silesianet/sn-bundle running | grep '^eth1' || echo
done
"""


def test_confirmation_and_timer_never_both_win_on_a_router(bench: Any, router: FrrDriver) -> None:
    router.status()  # installs the tool
    lines = bench.on("r1", "sh", "-c", RACE).splitlines()
    assert len(lines) == 18
    shaper = ""
    for number, (outcome, status, running) in enumerate(
        zip(lines[::3], lines[1::3], lines[2::3], strict=True), start=1
    ):
        shaper = f"eth1 {8 * number}000000" if outcome == "confirmed" else shaper
        assert json.loads(status)["last"]["outcome"] == outcome
        assert running == shaper
