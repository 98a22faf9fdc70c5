"""The command line: ``silesianet``. Each group of commands is a file here, imported only when it is used."""

import sys
from importlib import import_module

GROUPS: dict[str, tuple[str, str]] = {
    "inventory": ("api.cli.inventory", "What should be true: import, check, list, show, diff, history, export."),
    "netbox": ("api.cli.netbox", "Exchange facts with a NetBox: pull, push, diff, follow."),
    "reach": ("api.cli.reach", "Who can use which e-service from where, and who loses it when."),
    "lab": ("api.cli.lab", "A real network on this machine, built from the inventory."),
    "jobs": ("api.cli.jobs", "Changes and other long work: list, show, cancel, resume, window, schedule."),
    "access": ("api.cli.access", "The sealed local admin, who came in, sessions of people."),
    "token": ("api.cli.tokens", "Access tokens of people, programs and site agents."),
    "capacity": ("api.cli.telemetry", "How full links are: report."),
    "snmp": ("api.cli.telemetry", "Ask devices over SNMP: poll, walk."),
    "backup": ("api.cli.backup", "Running configurations: save, log, show, blame, diff."),
    "secrets": ("api.cli.secrets", "Secrets of devices: which source has them; never their values."),
    "devices": ("api.cli.devices", "What a device is, and what it prints when asked."),
    "database": ("api.cli.database", "Backup and restore of everything that is stored."),
    "probe": ("api.cli.probe", "Try an e-service from here."),
}
"""Command groups: name → (module holding ``<name>_app`` or ``app``, help)."""

COMMANDS: dict[str, tuple[str, str]] = {
    "plan": ("api.cli.changes", "Show what would change on each device and which e-services would be lost or gained."),
    "rehearse": ("api.cli.approval", "Try a plan out on the computed city, for whoever has to approve it."),
    "approve": ("api.cli.approval", "Say that a plan has been looked at and may be applied."),
    "apply": ("api.cli.changes", "Make it so, with timed revert on every device and probes deciding."),
    "rollback": ("api.cli.changes", "Undo a change."),
    "restore": ("api.cli.restore", "Take a device back to what it ran at a backup."),
    "render": ("api.cli.changes", "Print the configuration a device should have."),
    "drift": ("api.cli.drift", "Compare devices with their intended configuration."),
    "compliance": ("api.cli.compliance", "Hold devices to the rules."),
    "up": ("api.cli.up", "Start the demonstration city and show the result."),
    "down": ("api.cli.up", "Stop everything that `up` started."),
    "serve": ("api.cli.serve", "Run the API and the monitor in one process."),
    "worker": ("api.cli.worker", "Carry out jobs, here or near the devices of a PoP."),
    "monitor": ("api.cli.serve", "Run one shard of the monitor."),
    "agent": ("api.cli.agent", "Run a site agent."),
}
"""Single commands: name → (module holding a function of that name, help)."""


def main() -> None:
    """Run the command line; the site agent starts without loading anything it does not need."""
    if sys.argv[1:2] == ["agent"]:
        sys.exit(import_module("api.cli.agent").agent(sys.argv[2:]))
    sys.exit(import_module("api.cli.dispatch").run(sys.argv[1:]))
