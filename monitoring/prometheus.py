"""Starts and stops a real Prometheus and Alertmanager beside us, on free loopback ports."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import Unreachable
from inventory.model.network import Network
from monitoring.alerts import configuration, rules
from monitoring.settings import AlertSettings, CapacitySettings

_GRACE, _START = 10.0, 30.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the two listen, host:port."""

    prometheus: str
    alertmanager: str


def start(home: Path, api: str, token: Path, network: Network, settings: AlertSettings | None = None) -> Addresses:
    """Start both; ``api`` is our own host:port, ``token`` a file with a token that may read metrics and send alerts.

    Unreachable when a program is missing or does not come up. Running ones are stopped first.
    """
    programs = {name: _program(name) for name in ("prometheus", "prometheus-alertmanager")}
    stop(home)
    folder = (home / "prometheus").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    addresses = Addresses(_free_address(), _free_address())
    files = write_configuration(folder, addresses, api, token.resolve(), network, settings)
    _spawn(
        folder,
        "alertmanager",
        [
            programs["prometheus-alertmanager"],
            f"--config.file={files[1]}",
            f"--storage.path={folder / 'alertmanager'}",
            f"--web.listen-address={addresses.alertmanager}",
            "--cluster.listen-address=",
        ],
    )
    _spawn(
        folder,
        "prometheus",
        [
            programs["prometheus"],
            f"--config.file={files[0]}",
            f"--storage.tsdb.path={folder / 'tsdb'}",
            f"--web.listen-address={addresses.prometheus}",
            "--web.enable-lifecycle",
        ],
    )
    for address in (addresses.alertmanager, addresses.prometheus):
        _wait_for(address, folder)
    (folder / "url").write_text(f"http://{addresses.prometheus}\n")
    return addresses


def write_configuration(
    folder: Path, addresses: Addresses, api: str, token: Path, network: Network, settings: AlertSettings | None = None
) -> tuple[Path, Path]:
    """Write rules and both configuration files; returns the paths of the latter."""
    general, capacity = folder / "silesianet.rules.yml", folder / "capacity.rules.yml"
    general.write_text(rules.general())
    capacity.write_text(rules.capacity(network, CapacitySettings()))
    files = folder / "prometheus.yml", folder / "alertmanager.yml"
    files[0].write_text(configuration.prometheus(api, addresses.alertmanager, token, [general, capacity], settings))
    files[1].write_text(configuration.alertmanager(api, token, settings))
    return files


def stop(home: Path) -> None:
    """End both, if they run; only processes that still are ours."""
    folder = (home / "prometheus").resolve()
    for record in folder.glob("*.pid"):
        pid = int(record.read_text())
        if _is_ours(pid, folder):
            _end(pid)
        record.unlink()


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unreachable(f"{name} is not installed", fix=f"apt-get install --no-install-recommends {name}")
    return found


def _spawn(folder: Path, name: str, command: list[str]) -> None:
    with (folder / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    (folder / f"{name}.pid").write_text(str(process.pid))


def _is_ours(pid: int, folder: Path) -> bool:
    try:
        return str(folder).encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def _end(pid: int) -> None:
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, sign)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + _GRACE
        while time.monotonic() < deadline:
            if _gone(pid):
                return
            time.sleep(0.05)


def _gone(pid: int) -> bool:
    try:
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return True
    except ChildProcessError:
        pass
    return not Path(f"/proc/{pid}").exists()


def _free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def _wait_for(address: str, folder: Path) -> None:
    deadline = time.monotonic() + _START
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://{address}/-/ready", timeout=1):
                return
        except OSError:  # not listening yet, or not ready: HTTPError is one too
            time.sleep(0.05)
    raise Unreachable(f"nothing is ready at {address}", where=str(folder), fix="read the logs there")
