"""SSH host keys, and what is pinned for a host in a file of OpenSSH form."""

import base64
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

type Version = tuple[int, int, int]


@dataclass(frozen=True)
class HostKey:
    """A public key: its kind, and the key in base 64."""

    kind: str
    text: str

    @classmethod
    def of(cls, text: str) -> "HostKey":
        """From base 64, which begins with the kind and its length in four octets."""
        octets = base64.b64decode(text)
        return cls(octets[4 : 4 + int.from_bytes(octets[:4])].decode(), text)

    @property
    def fingerprint(self) -> str:
        """As people compare it."""
        digest = hashlib.sha256(base64.b64decode(self.text)).digest()
        return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


@dataclass(frozen=True)
class _Known:
    """A file: keys by the name of their host, and those whose name is there as salt and digest only."""

    plain: Mapping[str, frozenset[HostKey]]
    hashed: tuple[tuple[bytes, bytes, HostKey], ...]

    def of(self, host: str) -> frozenset[HostKey]:
        told = (
            key for salt, digest, key in self.hashed
            if hmac.compare_digest(hmac.digest(salt, host.encode(), "sha1"), digest)
        )  # fmt: skip
        return self.plain.get(host, frozenset()).union(told)


def pinned(path: Path, host: str) -> frozenset[HostKey]:
    """Keys pinned for a host; none when the file is not there."""
    try:
        return _known(path, version(path)).of(host)
    except FileNotFoundError:
        return frozenset()


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


def version(path: Path) -> Version:
    """What changes whenever a file is written or replaced."""
    found = path.stat()
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _known(path: Path, _version: Version) -> _Known:
    """A file, read once for all logins until it changes."""
    plain: dict[str, set[HostKey]] = {}
    hashed = []
    for names, key in _lines(path):
        if names.startswith("|1|"):
            _, _, salt, digest = names.split("|")
            hashed.append((base64.b64decode(salt), base64.b64decode(digest), key))
            continue
        for name in names.split(","):
            plain.setdefault(name, set()).add(key)
    return _Known({name: frozenset(keys) for name, keys in plain.items()}, tuple(hashed))


def _lines(path: Path) -> Iterator[tuple[str, HostKey]]:
    """Names and key of each line; certificates' and revoked keys pin nothing."""
    for line in path.read_text(encoding="utf-8").splitlines():
        fields = line.split()
        if len(fields) > 2 and not fields[0].startswith(("#", "@")):
            yield fields[0], HostKey(fields[1], fields[2])


def _without(line: str, names: frozenset[str]) -> str:
    """A line without these hosts; empty when it was about them alone."""
    hosts, space, rest = line.partition(" ")
    if not space or line.startswith(("#", "@", "|")):
        return line
    others = [host for host in hosts.split(",") if host not in names]
    return f"{','.join(others)} {rest}" if others else ""
