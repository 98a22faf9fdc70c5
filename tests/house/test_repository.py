"""What must never be committed: keys, paths of one machine, addresses of registries, heavy files."""

import re
from pathlib import Path

import pytest

HEAVIEST = 1_000_000
"""Octets; data that grows belongs outside the repository."""

FORBIDDEN = {
    "a registry of packages": r"\b(p[y]pi|python[h]osted|npm[j]s|crates|rubygems|deb\.[d]ebian|golang)\.(org|com|io)\b",
    "a path of one machine": r"(?<![\w.])/(work|home|Users)/[a-z]|/root/[a-z.]",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]",
}


def _texts(tracked: list[Path]) -> dict[Path, str]:
    texts = {}
    for path in tracked:
        if path == Path(__file__):
            continue
        try:
            texts[path] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return texts


@pytest.mark.parametrize("what", FORBIDDEN)
def test_nothing_forbidden_is_written_down(what: str, tracked: list[Path], root: Path) -> None:
    pattern = re.compile(FORBIDDEN[what])
    found = [
        f"{path.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1} {match[0]!r}"
        for path, text in _texts(tracked).items()
        for match in pattern.finditer(text)
    ]
    assert not found, f"{what} is written down:\n" + "\n".join(found)


def test_files_are_light(tracked: list[Path], root: Path) -> None:
    assert [str(p.relative_to(root)) for p in tracked if p.stat().st_size > HEAVIEST] == []


def test_state_is_never_tracked(tracked: list[Path], root: Path) -> None:
    state = {"var", ".venv", "__pycache__", "dist"}
    assert [str(p) for p in tracked if state & set(p.relative_to(root).parts)] == []


def test_every_locked_package_has_a_digest(root: Path) -> None:
    for lock in sorted((root / "requirements").glob("*.txt")):
        entries = re.split(r"\n(?=[a-z0-9])", lock.read_text().strip(), flags=re.IGNORECASE)
        bare = [entry.split()[0] for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
        assert bare == [], lock.name
