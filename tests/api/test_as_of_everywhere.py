"""The past can be asked of everything that has one: whoever adds a way to read says so, or why not."""

from collections.abc import Iterator

import pytest

from api.app import REST
from api.reference.commands import Command, commands
from tests.support.api import House

NOW_ONLY = {
    ("inventory", "import"): "compares files with the inventory as it is",
    ("inventory", "schema"): "describes files, not facts",
    ("inventory", "diff"): "takes two moments",
    ("inventory", "history"): "is the past itself",
    ("inventory", "revert"): "takes a revision",
    ("inventory", "generate"): "makes an inventory up",
    ("lab",): "a lab runs now",
    ("jobs",): "jobs carry their own times",
    ("token",): "who may enter now",
    ("snmp",): "asks devices, which know only now",
    ("devices",): "asks devices, which know only now",
    ("probe",): "tries now",
    ("netbox",): "compares with another program as it is",
    ("database",): "the whole database, its history with it",
    ("webhook",): "who is told of changes now",
    ("webhooks",): "who is told of changes now",
    ("access",): "who may enter now",
    ("plan",): "compares with what runs on devices now",
    ("apply",): "writes",
    ("rollback",): "writes",
    ("drift",): "compares with what runs on devices now",
    ("backup",): "reads devices, which know only now",
    ("reach", "timeline"): "takes a span of time",
    ("reach", "whatif"): "tries a draft against the inventory as it is",
    ("up",): "starts",
    ("down",): "stops",
    ("secrets", "check"): "what is in force now",
    ("rehearse",): "what would happen now",
    ("approve",): "what may be applied now",
    ("restore",): "names the moment it goes back to",
    ("compliance",): "asks devices, which know only now",
}
"""Commands that print JSON and have no ``--as-of``, by their first words, with the reason."""

NOW_ONLY_ROUTES = {
    "/views": "the newest of each",
    "/sites/{slug}/services/{service}/timeline": "takes a span of time",
    "/history": "is the past itself",
    "/diff": "takes two moments",
    "/changes": "changes carry their own times",
    "/jobs": "jobs carry their own times",
    "/alerts": "alerts carry their own times",
    "/reports": "what reports there are",
    "/sla/exclusions": "windows carry their own times",
    "/agent": "what an agent has to do now",
    "/events": "what happens from now on",
    "/webhooks": "who is told of changes now",
    "/tokens": "who may enter now",
    "/users": "who may enter now",
    "/me": "who asks now",
}
"""Addresses that are read and have no ``as_of``, by how they begin, with the reason."""

READING = [command for command in commands() if any("--json" in p.names for p in command.parameters)]


@pytest.mark.parametrize("command", READING, ids=lambda command: " ".join(command.words))
def test_every_command_that_reads_knows_the_past(command: Command) -> None:
    has = any("--as-of" in parameter.names for parameter in command.parameters)
    excused = any(command.words[:n] in NOW_ONLY for n in (1, 2))
    assert has or excused, "give it --as-of, or say in NOW_ONLY why it has no past"


def _read(house: House) -> Iterator[tuple[str, bool]]:
    for path, methods in house.app.openapi()["paths"].items():
        if path.startswith(REST) and "get" in methods:
            names = {p["name"] for p in methods["get"].get("parameters", ())}
            yield path.removeprefix(REST), "as_of" in names


def test_every_address_that_is_read_knows_the_past(house: House) -> None:
    paths = dict(_read(house))
    assert paths["/sites"] and paths["/reachability"]
    ignorant = [p for p, has in paths.items() if not has and not any(p.startswith(e) for e in NOW_ONLY_ROUTES)]
    assert ignorant == []
