"""The three clients people already have for NetBox, unmodified, and what they find at an address."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pynetbox
from nornir_netbox.plugins.inventory import NetBoxInventory2  # type: ignore[import-untyped]

from tests.support.ansible import program

type Hosts = dict[str, dict[str, Any]]


def pynetbox_at(url: str, token: str, **options: Any) -> Any:
    """A pynetbox client."""
    return pynetbox.api(url, token=token, **options)


def nornir_hosts(url: str, token: str, home: Path, **options: Any) -> Hosts:
    """Host name, platform and groups of every host nornir-netbox loads."""
    files = {"group_file": str(home / "no-groups.yaml"), "defaults_file": str(home / "no-defaults.yaml")}
    loaded = NetBoxInventory2(nb_url=url, nb_token=token, **files, **options).load()
    return {
        name: {"hostname": host.hostname, "platform": host.platform, "groups": sorted(g.name for g in host.groups)}
        for name, host in loaded.hosts.items()
    }


def nb_inventory(url: str, token: str, home: Path, text: str = "") -> dict[str, Any]:
    """What ``ansible-inventory --list`` prints for ``netbox.netbox.nb_inventory``; ``text`` are further options."""
    home.mkdir(parents=True, exist_ok=True)
    source = home / "netbox.yml"
    source.write_text(f"plugin: netbox.netbox.nb_inventory\napi_endpoint: {url}\ntoken: {token}\n{text}")
    environment = {
        "HOME": str(home), "ANSIBLE_HOME": str(home / "ansible"), "ANSIBLE_LOCAL_TEMP": str(home / "ansible" / "tmp"),
        "ANSIBLE_NOCOLOR": "1", "ANSIBLE_INVENTORY_UNPARSED_FAILED": "1", "PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8",
    }  # fmt: skip
    argv = [program("ansible-inventory"), "-i", str(source), "--list"]
    done = subprocess.run(argv, env=environment, cwd=home, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = _plain(json.loads(done.stdout))
    return found


def _plain(value: Any) -> Any:
    """Without Ansible's marks on text that comes from outside."""
    if isinstance(value, dict):
        marked = set(value) == {"__ansible_unsafe"}
        return value["__ansible_unsafe"] if marked else {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value
