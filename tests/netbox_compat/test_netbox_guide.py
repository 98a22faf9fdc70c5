"""The guide for people with NetBox tools is typed as it stands, and shows what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.netbox_comparison import MEANT, ONLY_HERE, Door

GUIDE = (Path(__file__).parents[2] / "docs" / "guide" / "netbox.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS: list[tuple[str, str]] = BLOCK.findall(GUIDE)
SHOWN = [
    (language, text, BLOCKS[n + 1][1]) for n, (language, text) in enumerate(BLOCKS[:-1]) if BLOCKS[n + 1][0] == "text"
]


@pytest.mark.parametrize(("language", "text", "expected"), SHOWN, ids=[f"{n}-{b[0]}" for n, b in enumerate(SHOWN)])
def test_what_the_guide_types_prints_what_it_shows(
    door: Door, home: Path, language: str, text: str, expected: str
) -> None:
    (home / "var").mkdir()
    (home / "var" / "admin.token").write_text(door.token)
    (home / "netbox.yml").write_text(next(found for kind, found in BLOCKS if kind == "yaml"))
    text = text.replace("http://127.0.0.1:8080/netbox", door.url).replace(".venv/bin", str(Path(sys.executable).parent))
    argv = ["bash", "-euc", text] if language == "sh" else [sys.executable, "-c", text]
    ours = {"HOME": str(home), "ANSIBLE_HOME": str(home / "ansible"), "LC_ALL": "C.UTF-8"}
    environment = {name: os.environ[name] for name in ("PATH",)} | ours
    environment |= {"NETBOX_API": door.url, "NETBOX_TOKEN": door.token}
    done = subprocess.run(argv, env=environment, cwd=home, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == expected.split()


def test_every_example_is_run() -> None:
    assert {language for language, _ in BLOCKS} == {"sh", "python", "yaml", "text"}
    assert len(SHOWN) == sum(language in ("sh", "python") for language, _ in BLOCKS)


def test_every_meant_difference_is_told() -> None:
    rows = set(re.findall(r"^\| `([^`]+)` \| `([^`]+)` \| (.+) \|$", GUIDE, re.MULTILINE))
    assert rows == {(path, field, why) for path, fields in MEANT.items() for field, why in fields.items()}
    assert all(f"`{path}`" in GUIDE for path in ONLY_HERE)
