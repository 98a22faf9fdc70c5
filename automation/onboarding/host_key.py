"""SSH host keys: what a box shows now, and what is pinned for it in a file of OpenSSH form."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import paramiko  # type: ignore[import-untyped]

from automation.transports.errors import DeviceUnreachable
from automation.transports.ssh import Target, open_socket


@dataclass(frozen=True)
class HostKey:
    """A public key: its kind, the key in base 64, and its fingerprint as people compare it."""

    kind: str
    text: str
    fingerprint: str


def shown(target: Target, seconds: float) -> HostKey:
    """The key a box shows before anybody logs in; DeviceUnreachable when nothing speaks SSH there."""
    transport = None
    try:
        transport = paramiko.Transport(open_socket(target, seconds))
        transport.banner_timeout = seconds
        transport.start_client(timeout=seconds)
        key = transport.get_remote_server_key()
    except (paramiko.SSHException, OSError, EOFError) as fault:
        raise DeviceUnreachable(target.host, "connect", str(fault) or type(fault).__name__) from fault
    finally:
        if transport is not None:
            transport.close()
    return HostKey(key.get_name(), key.get_base64(), key.fingerprint)


def pinned(path: Path, host: str) -> frozenset[str]:
    """Keys (base 64) pinned for a host; none when the file is not there."""
    try:
        found = paramiko.HostKeys(str(path)).lookup(host)
    except FileNotFoundError:
        return frozenset()
    return frozenset(found[kind].get_base64() for kind in found) if found is not None else frozenset()


def pin(path: Path, hosts: Iterable[str], key: HostKey) -> None:
    """Pin this key, and no other, for these hosts; the file is replaced in one step."""
    names = frozenset(hosts)
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    kept = [rest for line in lines if (rest := _without(line, names))]
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text("".join(f"{line}\n" for line in [*kept, line_of(names, key)]), encoding="utf-8")
    os.replace(fresh, path)  # noqa: PTH105  # in one step, whatever reads it


def line_of(hosts: Iterable[str], key: HostKey) -> str:
    """A line of the file."""
    return f"{','.join(sorted(hosts))} {key.kind} {key.text}"


def _without(line: str, names: frozenset[str]) -> str:
    """A line without these hosts; empty when it was about them alone."""
    hosts, space, rest = line.partition(" ")
    if not space or line.startswith(("#", "@", "|")):
        return line
    others = [host for host in hosts.split(",") if host not in names]
    return f"{','.join(others)} {rest}" if others else ""
