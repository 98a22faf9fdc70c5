"""A real Prometheus and Alertmanager beside us: their configuration, their command lines, and when they are ready."""

import shutil
import socket
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from inventory.errors import Unreachable
from inventory.model.network import Network
from monitoring.alerts import configuration, rules
from monitoring.settings import AlertSettings, CapacitySettings

START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the two listen, host:port."""

    prometheus: str
    alertmanager: str


@dataclass(frozen=True, slots=True)
class Program:
    """A program to be started in the background; ``address`` is where it then listens."""

    name: str
    argv: tuple[str, ...]
    address: str

    def await_ready(self) -> None:
        """Wait until it answers that it is ready; Unreachable when it does not."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://{self.address}/-/ready", timeout=1):
                    return
            except OSError:  # not listening yet, or not ready: HTTPError is one too
                time.sleep(0.05)
        raise Unreachable(f"{self.name} is not ready", where=self.address, fix=f"read its log, {self.name}.log")


def prepare(
    home: Path, api: str, token: Path, network: Network, settings: AlertSettings | None = None
) -> tuple[Program, Program]:
    """Alertmanager and Prometheus on free loopback ports, configured in ``home/prometheus`` and ready to be started.

    ``api`` is our own host:port, ``token`` a file with a token that may read metrics and send alerts. Unreachable
    when a program is not installed.
    """
    folder = (home / "prometheus").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    addresses = Addresses(_free_address(), _free_address())
    files = write_configuration(folder, addresses, api, token.resolve(), network, settings)
    alertmanager = (
        _program("prometheus-alertmanager"),
        f"--config.file={files[1]}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={addresses.alertmanager}",
        "--cluster.listen-address=",
    )
    prometheus = (
        _program("prometheus"),
        f"--config.file={files[0]}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address={addresses.prometheus}",
        "--web.enable-lifecycle",
    )
    return (
        Program("alertmanager", alertmanager, addresses.alertmanager),
        Program("prometheus", prometheus, addresses.prometheus),
    )


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


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise Unreachable(f"{name} is not installed", fix=f"apt-get install --no-install-recommends {name}")
    return found


def _free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"
