"""`down` leaves nothing, whatever happened before."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import lab
from inventory.errors import RefusedRequest, WrongUsage
from inventory.model.network import Network
from lab import attach, wires
from lab import state as states
from lab.directory import Directory

pytestmark = pytest.mark.lab
ROOT = Path(lab.__file__).parent.parent


def processes_of(home: Path) -> list[str]:
    """Every process whose command line or namespace belongs to a lab in this home."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            text = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if f"{home}/lab/nodes" in text:
            found.append(text)
    return found


def traces() -> tuple[str, tuple[str, ...], bool]:
    """What a lab could leave on the machine: mounts, interfaces, folders."""
    interfaces = tuple(sorted(p.name for p in Path("/sys/class/net").iterdir()))
    return Path("/proc/self/mounts").read_text(), interfaces, Path("/etc/silesianet").exists()


@pytest.fixture
def home(lab_ready: None, tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    lab.down(tmp_path)


def test_down_leaves_nothing(village: Network, home: Path) -> None:
    before = traces()
    state = lab.up(village, home, lambda _: None)
    namespaces = {n.namespace.readlink() for n in state.nodes.values()}
    agent = attach.run_in(home, "client-school", ["sleep", "600"])
    assert len(namespaces) == len(state.nodes)
    assert lab.down(home) == len(state.nodes)
    agent.wait(5)
    assert processes_of(home) == []
    assert traces() == before
    left = set()
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            left.add(path.readlink())
        except OSError:
            continue
    assert not namespaces & left
    assert lab.status(home).up is False
    with pytest.raises(RefusedRequest, match="lab up"):
        states.load(home)
    assert lab.down(home) == 0


def test_down_after_the_controller_was_killed_half_way(village: Network, home: Path) -> None:
    """The controller dies once the first nodes run; its state file does not exist yet."""
    program = (
        "import sys, time, pathlib, lab\nfrom lab import wires\n"
        "from inventory.model.network import Network\n"
        "def hang(*_): print('half way', flush=True); time.sleep(600)\n"
        "wires.plug = hang\n"
        "lab.up(Network.model_validate_json(sys.stdin.read()), pathlib.Path(sys.argv[1]), lambda _: None)\n"
    )
    controller = subprocess.Popen(
        [sys.executable, "-c", program, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert controller.stdin is not None
    assert controller.stdout is not None
    controller.stdin.write(village.model_dump_json())
    controller.stdin.close()
    assert controller.stdout.readline() == "half way\n"
    with pytest.raises(RefusedRequest, match="another process"):
        lab.down(home)
    controller.send_signal(signal.SIGKILL)
    controller.wait()
    controller.stdout.close()
    assert len(processes_of(home)) > len(village.devices)
    assert lab.status(home).up is False
    with pytest.raises(RefusedRequest, match="lab down"):
        lab.up(village, home, lambda _: None)
    assert lab.down(home) == len(village.devices) + 1
    assert processes_of(home) == []


def test_a_failure_while_coming_up_takes_everything_down_again(
    village: Network, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(wires, "plug", fail)
    with pytest.raises(KeyboardInterrupt):
        lab.up(village, home, lambda _: None)
    assert processes_of(home) == []


def test_a_home_that_nodes_cannot_see_is_refused(village: Network) -> None:
    with pytest.raises(WrongUsage, match="SILESIANET_HOME"):
        lab.up(village, Path("/var/lib/silesianet"), lambda _: None)
    assert not Path("/var/lib/silesianet").exists()


def test_a_stale_pid_of_a_stranger_is_never_killed(home: Path) -> None:
    stranger = subprocess.Popen(["sleep", "60"])
    node = Directory.of(home).node("gw-dc")
    node.mkdir(parents=True)
    (node / "pid").write_text(f"{stranger.pid}\n")
    assert lab.down(home) == 0
    time.sleep(0.1)
    assert stranger.poll() is None
    stranger.terminate()
    stranger.wait()
