"""The direction of imports, and the parts that must start light or run where nothing is installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import COMMANDS
from tests.support.source import Module

ALONE = {
    "automation/bundle.py": ("automation.bundle",),
    "automation/device/": ("automation.bundle", "automation.device"),
    "lab/stand_in.py": (),
    "monitoring/agent/": ("monitoring.agent", "monitoring.probes"),
    "monitoring/probes/": ("monitoring.probes",),
    "playbooks/connect.py": (),
    "playbooks/library/": ("ansible.module_utils",),
}
"""Where a module may import only the standard library and these: it runs on a device, at a site, or for every login."""

HEAVY = ("pydantic", "fastapi", "typer", "sqlalchemy", "rich", "httpx")


def test_the_layers_hold(root: Path) -> None:
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([str(program), "--no-cache"], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("place", ALONE)
def test_what_runs_elsewhere_needs_nothing_installed(place: str, modules: list[Module]) -> None:
    found = [m for m in modules if m.name.startswith(place)]
    assert found, f"{place} is gone"
    allowed = ALONE[place]
    foreign = [
        f"{module.name}:{line} imports {name}"
        for module in found
        for name, line in module.imports()
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith(allowed or ("\0",))
    ]
    assert not foreign, "\n".join(foreign)


def test_the_site_agent_starts_light(root: Path) -> None:
    code = f"import sys, {COMMANDS['agent'][0]}; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_doors_hold_no_sql(modules: list[Module]) -> None:
    """Routes, pages and commands ask a store; so do the pure parts."""
    doors = (
        "api/routes/",
        "api/web/",
        "api/cli/",
        "inventory/model/",
        "monitoring/reachability/",
        "monitoring/probes/",
    )
    offenders = [
        f"{m.name}:{line}"
        for m in modules
        if m.name.startswith(doors)
        for name, line in m.imports()
        if name.startswith("sqlalchemy")
    ]
    assert not offenders, "\n".join(offenders)
