"""Thirty lines pushed to many simulated routers and read back, by us with the whole lifecycle, and by bare peers.

    python -m bench.push [--devices 100 500] [--rounds 3] [--ansible 20] [--output docs/evidence/push.md]

Every method runs in a process of its own against a process of freshly switched-on simulated Cisco IOS routers, fifty at
a time; all routers are checked afterwards. Ours: log in, read and compare, enter the lines under the device's own
revert timer, read back and compare; then log in anew, see that the commit is alive, confirm, save. The peers: log in,
enter the lines, read back and look for every line. CPU is that of the client's processes.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.evidence import publish
from lab.simulators.keys import client_key

AT_ONCE, ROUTES = 50, 30
PASSWORD = "correct-horse"
STARTUP = """hostname {name}
archive
 path flash:archive
 maximum 10
username silesianet privilege 15 secret 9 $9$abc
interface GigabitEthernet0/0
 description do core1
 ip address 10.254.0.17 255.255.255.254
 ip ospf 1 area 0
 ip ospf cost 10
 ip ospf network point-to-point
interface GigabitEthernet0/1
 description LAN
 ip address 10.44.22.1 255.255.255.0
router ospf 1
 router-id 10.255.0.7
ip route 0.0.0.0 0.0.0.0 10.254.0.16
ip ssh version 2
line vty 0 4
 login local
 transport input ssh
"""
LINES = tuple(f"ip route 10.200.{n}.0 255.255.255.0 10.254.0.16" for n in range(ROUTES))


@dataclass(frozen=True)
class Fleet:
    """Running routers: name → (address, port), and how to log in."""

    places: dict[str, tuple[str, int]]
    key_file: Path
    known_hosts: Path


@contextmanager
def switched_on(count: int) -> Iterator[Fleet]:
    """A process of fresh routers."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        private, public = client_key()
        key = home / "key"
        key.touch(mode=0o600)
        key.write_bytes(private)
        devices = [
            {"name": f"r{n}", "platform": "cisco-ios", "address": f"127.78.{n // 250}.{n % 250 + 1}",
             "startup": STARTUP.format(name=f"r{n}")}
            for n in range(count)
        ]  # fmt: skip
        fleet = {
            "devices": devices, "authorized_keys": [public], "seed": "bench", "password": PASSWORD,
            "known_hosts": str(home / "known_hosts"),
        }  # fmt: skip
        (home / "fleet.json").write_text(json.dumps(fleet))
        argv = [sys.executable, "-m", "lab.simulators", "--fleet", str(home / "fleet.json")]
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield Fleet({n: (p[0], p[1]) for n, p in ready["places"].items()}, key, home / "known_hosts")
        finally:
            process.terminate()
            process.wait()


def ours(fleet: Fleet) -> int:
    """The lifecycle of a change on every router; how many run what was wanted and have confirmed it."""
    from automation.bundle import Bundle
    from automation.connect import Access
    from automation.fleet import Answered, ThreadedFleet
    from automation.session import Session
    from inventory.model.device import Device
    from inventory.model.network import Network

    devices = tuple(
        Device.model_validate({"slug": name, "role": "site", "site": "s", "platform": "cisco-ios"})
        for name in fleet.places
    )
    access = Access(fleet.key_file, fleet.known_hosts, places=fleet.places)
    city: ThreadedFleet[Session] = ThreadedFleet(Network(devices=devices), access, AT_ONCE)

    def push(_name: str, session: Session) -> str:
        config = Bundle.parse(session.running()).texts()["config"]
        wanted = str(Bundle.of({"config": config + "".join(f"{line}\n" for line in LINES)}))
        assert session.compare(wanted)
        return session.commit(wanted, "c0123456789", 300) or ""

    def verify(name: str, session: Session) -> bool:
        status = session.status()
        assert status.awaits("c0123456789")
        session.confirm(pushed[name])
        return session.status().kept("c0123456789")

    answers = city.run(list(fleet.places), push)
    pushed = {name: a.value for name, a in answers.items() if isinstance(a, Answered)}
    return sum(isinstance(a, Answered) and a.value for a in city.run(list(pushed), verify).values())


def netmiko(fleet: Fleet) -> int:
    """nornir with netmiko, as its guide shows it."""
    from nornir_netmiko.tasks import netmiko_send_command, netmiko_send_config

    def push(task: Any) -> None:
        task.run(netmiko_send_config, config_commands=list(LINES))
        said = task.run(netmiko_send_command, command_string="show running-config").result
        assert all(line in said for line in LINES)

    more = {"use_keys": True, "key_file": str(fleet.key_file)}
    return _nornir(fleet, "netmiko", "cisco_ios", more, push)


def napalm(fleet: Fleet) -> int:
    """nornir with NAPALM: load, compare, commit, read back."""
    from nornir_napalm.plugins.tasks import napalm_configure, napalm_get

    def push(task: Any) -> None:
        task.run(napalm_configure, configuration="\n".join(LINES))
        said = task.run(napalm_get, getters=["config"]).result["config"]["running"]
        assert all(line in said for line in LINES)

    more = {"optional_args": {"inline_transfer": True, "use_keys": True, "key_file": str(fleet.key_file)}}
    return _nornir(fleet, "napalm", "ios", more, push)


def _nornir(fleet: Fleet, plugin: str, platform: str, more: dict[str, Any], push: Callable[[Any], None]) -> int:
    from nornir.core import Nornir
    from nornir.core.inventory import ConnectionOptions, Defaults, Groups, Host, Hosts, Inventory
    from nornir.core.plugins.connections import ConnectionPluginRegister
    from nornir.plugins.runners import ThreadedRunner

    ConnectionPluginRegister.auto_register()
    options = {plugin: ConnectionOptions(extras=more)}
    hosts = {
        name: Host(
            name, hostname=address, username="silesianet", password=PASSWORD, platform=platform,
            connection_options={plugin: ConnectionOptions(port=port, extras=_with_port(options[plugin], plugin, port))},
        )
        for name, (address, port) in fleet.places.items()
    }  # fmt: skip
    inventory = Inventory(hosts=Hosts(hosts), groups=Groups(), defaults=Defaults())
    found = Nornir(inventory=inventory, runner=ThreadedRunner(AT_ONCE)).run(task=push)
    for name, failed in list(found.failed_hosts.items())[:1]:
        print(f"{name}: {failed[0].exception!r}", file=sys.stderr)
    return len(fleet.places) - len(found.failed_hosts)


def _with_port(options: Any, plugin: str, port: int) -> dict[str, Any]:
    if plugin == "netmiko":
        return dict(options.extras)
    return {"optional_args": options.extras["optional_args"] | {"port": port}}


def ansible(fleet: Fleet) -> int:
    """ios_config over network_cli."""
    with tempfile.TemporaryDirectory() as folder:
        hosts = {name: {"ansible_host": a, "ansible_port": p} for name, (a, p) in fleet.places.items()}
        shared = {
            "ansible_connection": "ansible.netcommon.network_cli", "ansible_network_os": "cisco.ios.ios",
            "ansible_user": "silesianet", "ansible_password": PASSWORD, "ansible_host_key_checking": False,
            "ansible_network_cli_ssh_type": "paramiko",
        }  # fmt: skip
        place, book = Path(folder) / "hosts.json", Path(folder) / "push.json"
        place.write_text(json.dumps({"all": {"hosts": hosts, "vars": shared}}))
        task = {"cisco.ios.ios_config": {"lines": list(LINES)}}
        book.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "tasks": [task]}]))
        argv = [str(Path(sys.executable).parent / "ansible-playbook"), "-i", str(place), "-f", str(AT_ONCE), str(book)]
        environment = os.environ | {"ANSIBLE_HOST_KEY_CHECKING": "False", "ANSIBLE_STDOUT_CALLBACK": "json"}
        done = subprocess.run(argv, capture_output=True, text=True, env=environment, check=False)
        stats = json.loads(done.stdout[done.stdout.index("{") :])["stats"]
        return sum(s["changed"] == 1 for s in stats.values())


METHODS: dict[str, Callable[[Fleet], int]] = {f.__name__: f for f in (ours, netmiko, napalm, ansible)}


def measured(method: str, count: int) -> dict[str, float]:
    """Wall and CPU seconds of one method in a process of its own against fresh routers."""
    with switched_on(count) as fleet:
        request = json.dumps([method, fleet.places, str(fleet.key_file), str(fleet.known_hosts)])
        argv = [sys.executable, "-m", "bench.push", "--method", request]
        done = subprocess.run(argv, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    assert found["well"] == count, f"{method}: {found['well']} of {count} well\n{done.stderr[-2000:]}"
    return found


def _as_child(request: str) -> None:
    method, places, key, known = json.loads(request)
    fleet = Fleet({n: (a, p) for n, (a, p) in places.items()}, Path(key), Path(known))
    began = time.monotonic()
    well = METHODS[method](fleet)
    took = time.monotonic() - began
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    print(json.dumps({"wall": took, "cpu": sum(u.ru_utime + u.ru_stime for u in used), "well": well}))


def rows(devices: list[int], rounds: int, ansible_devices: int) -> Iterator[str]:
    """The table: medians, and ratios to nornir with netmiko of the same size."""
    yield "| routers | method | wall | CPU per router | wall / netmiko | CPU / netmiko |"
    yield "|---|---|---|---|---|---|"
    per_router = 0.0
    for count in devices:
        runs: dict[str, list[dict[str, float]]] = {name: [] for name in ("netmiko", "ours", "napalm")}
        for _ in range(rounds):
            for name, found in runs.items():
                found.append(measured(name, count))
        middle = {n: {k: statistics.median(r[k] for r in found) for k in ("wall", "cpu")} for n, found in runs.items()}
        base = middle["netmiko"]
        for name, m in middle.items():
            ratio = f"{m['wall'] / base['wall']:.2f} | {m['cpu'] / base['cpu']:.2f}"
            yield f"| {count} | {name} | {m['wall']:.1f} s | {m['cpu'] / count * 1e3:.1f} ms | {ratio} |"
        per_router = middle["ours"]["cpu"] / count
    if ansible_devices:
        found = measured("ansible", ansible_devices)
        each = found["cpu"] / ansible_devices
        yield f"| {ansible_devices} | ansible | {found['wall']:.1f} s | {each * 1e3:.0f} ms | | |"
        yield ""
        yield f"Ansible takes {each / per_router:.0f} times our CPU time per router."


def main() -> None:
    """Run the bench and write its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--devices", type=int, nargs="*", default=[100, 500])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ansible", type=int, default=20)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--method", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.method:
        _as_child(given.method)
        return
    lines = list(rows(given.devices, given.rounds, given.ansible))
    publish("Thirty lines on many routers", "push", lines, given.output)


if __name__ == "__main__":
    main()
