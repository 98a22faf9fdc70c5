"""``silesianet inventory`` as people and scripts meet it."""

from pathlib import Path

import pytest

from api.presentation import LISTED
from inventory.model.network import NOUNS, Network
from inventory.sources.files import load, save
from tests.support.command import Command
from tests.support.facts import edit, remove


@pytest.fixture
def stored_in(database_url: str) -> str:
    """Every command here is typed on each kind of database."""
    return database_url


def test_import_says_what_it_did_and_a_second_run_does_nothing(inventory: Command, folder: Path) -> None:
    first = inventory("import", folder)
    assert first.code == 0
    assert "+ site:biblioteka-sosnica\n" in first.out
    assert first.out.splitlines()[-1].endswith(" created, 0 updated, 0 deleted; now at revision 1")
    second = inventory("import", folder)
    assert (second.code, second.out) == (0, "nothing to change; the inventory stays at revision 1\n")


def test_a_dry_run_writes_nothing(inventory: Command, folder: Path) -> None:
    said = inventory("import", folder, "--dry-run", "--json")
    assert said.code == 0
    assert said.document["dry_run"] is True and said.document["summary"]["created"] > 200
    assert inventory("list", "sites", "--json").document["count"] == 0


def test_a_broken_file_changes_nothing(loaded: Command, folder: Path) -> None:
    """One line with file, line and remedy on standard error, exit code 1, nothing on standard output."""
    file = folder / "sites.yaml"
    file.write_text(file.read_text().replace("site_class: library", "site_class: libary"))
    said = loaded("import", folder)
    assert (said.code, said.out) == (1, "")
    (line,) = said.err.splitlines()
    assert line.startswith(f"{file}:3: site:biblioteka-sosnica: site_class 'libary' is not known; use one of office,")
    assert loaded("history", "--json", "--limit", "1").document["results"][0]["revision"] == 1


def test_the_limit_of_size_is_a_setting(loaded: Command, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (folder / "rules.yaml").open("wb") as sparse:
        sparse.truncate(2 * 1024 * 1024)
    monkeypatch.setenv("SILESIANET_IMPORT_MAX_MB", "1")
    said = loaded("import", folder)
    assert said.code == 1 and "2.0 MiB, above the limit of 1 MiB; it was not read" in said.err


def test_warnings_are_said_and_do_not_refuse(inventory: Command, city: Network, tmp_path: Path) -> None:
    save(remove(city, "entitlements", "credit-capacity"), tmp_path / "warned")
    said = inventory("import", tmp_path / "warned")
    assert said.code == 0
    assert "warning: service:credit-capacity: no class is entitled to it; add an entitlement" in said.err


def test_export_writes_what_import_read(loaded: Command, folder: Path, tmp_path: Path) -> None:
    assert loaded("export", tmp_path / "out").code == 0
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    assert written == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_export_to_a_place_that_cannot_be_written(loaded: Command, folder: Path) -> None:
    said = loaded("export", folder / "sites.yaml" / "out")
    assert said.code == 1 and said.err.startswith(f"{folder}/sites.yaml/out: cannot be written: Not a directory; ")


def test_links_carry_what_programs_need(loaded: Command) -> None:
    document = loaded("list", "links", "--json").document
    assert document.keys() == {"count", "next", "previous", "results"}
    assert document["count"] == len(document["results"]) and document["next"] is document["previous"] is None
    (link,) = [link for link in document["results"] if link["slug"] == "core1--core2"]
    wanted = {"a": "core1:eth1", "b": "core2:eth1", "capacity_bps": 1_000_000_000, "srgs": ["duct-akademicka"]}
    assert wanted.items() <= link.items()


def test_interfaces_are_a_noun(loaded: Command, city: Network) -> None:
    results = loaded("list", "interfaces", "--json").document["results"]
    assert len(results) == sum(len(device.interfaces) for device in city.devices)
    (found,) = [i for i in results if i["slug"] == "core1:eth1"]
    assert found["link"] == "core1--core2" and found["device"] == "core1"
    assert found["addresses"] == ["10.254.0.0/31", "2001:db8:44:fe::/127"]


@pytest.mark.parametrize("noun", LISTED)
def test_every_noun_is_listed(loaded: Command, noun: str) -> None:
    document = loaded("list", noun, "--json").document
    assert all(result["slug"] for result in document["results"])
    assert loaded("list", noun).out.startswith(f"{noun} ({document['count']})")


def test_unknown_names_are_usage_errors(loaded: Command) -> None:
    assert loaded("list", "routes").code == 2
    said = loaded("show", "device:nobody")
    assert (said.code, said.err) == (2, "there is no device:nobody; see silesianet inventory list devices\n")
    assert loaded("show", "nobody").code == 2
    assert loaded("list", "sites", "--as-of", "yesterday").code == 2
    assert loaded("list", "sites", "--as-of", "99").code == 2


def test_show_gives_the_whole_object(loaded: Command) -> None:
    document = loaded("show", "site:biblioteka-sosnica", "--json").document
    assert document["people_served"] == 5200
    assert document["devices"] == ["client-biblioteka-sosnica", "gw-biblioteka-sosnica"]
    assert "people_served: 5200" in loaded("show", "site:biblioteka-sosnica").out


def test_the_past_can_be_asked(loaded: Command, folder: Path) -> None:
    save(edit(load(folder), "circuits", "c-core1--core2", rate={"down": "500 Mb/s", "up": "1 Gb/s"}), folder)
    assert loaded("import", folder, "--who", "planner", "--why", "upgrade").code == 0

    def capacity(*options: str) -> int:
        results = loaded("list", "links", "--json", *options).document["results"]
        return next(int(link["capacity_bps"]) for link in results if link["slug"] == "core1--core2")

    assert capacity() == capacity("--as-of", "2") == 500_000_000
    assert capacity("--as-of", "1") == 1_000_000_000
    assert loaded("list", "links", "--json", "--as-of", "2001-01-01").document["count"] == 0
    assert "    rate.down: 1 Gb/s → 500 Mb/s\n" in loaded("diff").out
    assert loaded("diff", "2", "1", "--json").document["changes"][0]["fields"][0]["after"] == 1_000_000_000
    (upgrade, first) = loaded("history", "circuit:c-core1--core2", "--json").document["results"]
    assert (upgrade["who"], upgrade["why"], upgrade["action"]) == ("planner", "upgrade", "updated")
    assert (first["who"], first["why"], first["action"]) == ("officer", "first", "created")
    assert "  planner: upgrade\n  ~ circuit:c-core1--core2\n" in loaded("history", "circuit:c-core1--core2").out


def test_check_finds_and_fails(loaded: Command, city: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    said = loaded("check", "--json")
    assert said.code == 0
    assert {finding["severity"] for finding in said.document["results"]} == {"info"}
    monkeypatch.setattr("inventory.platforms.all", dict)
    broken = loaded("check", "--json")
    assert broken.code == 1 and broken.document["results"][0]["rule"] == "platform-known"
    assert loaded("check", "--day", "soon").code == 2


def test_rules_are_listed(inventory: Command) -> None:
    document = inventory("check", "--rules", "--json").document
    assert {
        "rule": "link-end-known",
        "severity": "error",
        "explanation": "Each end of a link is an interface that exists.",
    } in document["results"]


def test_the_schema_is_printed(inventory: Command) -> None:
    assert set(inventory("schema", "--json").document["properties"]) == set(NOUNS)
    assert "biblioteka" not in inventory("schema").out
