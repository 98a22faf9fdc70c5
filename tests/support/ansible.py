"""Ansible's programs as tests start them: ours to configure, nothing of the user's."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def program(name: str) -> str:
    """A program of the environment the tests run in."""
    return str(Path(sys.executable).with_name(name))


def environment(home: Path, **options: str) -> dict[str, str]:
    """Environment of a controller whose state lies in ``home``; options are those of the inventory plugin."""
    ours = ("ANSIBLE_", "SILESIANET_")
    return {
        **{name: value for name, value in os.environ.items() if not name.startswith(ours)},
        "ANSIBLE_CONFIG": str(ROOT / "playbooks" / "ansible.cfg"),
        "ANSIBLE_HOME": str(home / "ansible"),
        "ANSIBLE_NOCOLOR": "1",
        "SILESIANET_HOME": str(home),
        **{f"SILESIANET_ANSIBLE_{name.upper()}": value for name, value in options.items()},
    }
