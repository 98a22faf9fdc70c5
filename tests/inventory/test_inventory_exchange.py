"""``silesianet inventory import``, ``export`` and ``generate`` with files of every kind."""

from pathlib import Path

import pytest

from tests.support.command import Command


@pytest.mark.parametrize("name", ["folder", "city.yaml", "city.xlsx", "map.geojson"])
def test_what_is_exported_changes_nothing(loaded: Command, tmp_path: Path, name: str) -> None:
    options = ("--format", "csv") if name == "folder" else ()
    assert loaded("export", tmp_path / name, *options).err == f"written to {tmp_path / name}\n"
    said = loaded("import", tmp_path / name, "--replace")
    assert (said.code, said.out) == (0, "nothing to change; the inventory stays at revision 1\n")


def test_an_export_of_the_past(loaded: Command, tmp_path: Path) -> None:
    (tmp_path / "srgs.csv").write_text("slug,name,kind\nmost,Most,route\n")
    assert loaded("import", tmp_path / "srgs.csv").out == (
        "+ srg:most\n1 created, 0 updated, 0 deleted; now at revision 2\n"
    )
    assert loaded("export", tmp_path / "old.csv", "--noun", "srgs", "--as-of", "1").code == 0
    assert "most" not in (tmp_path / "old.csv").read_text()
    said = loaded("import", tmp_path / "old.csv", "--noun", "srgs", "--replace", "--dry-run")
    assert said.out == "- srg:most\n0 created, 0 updated, 1 deleted; nothing was written\n"


def test_a_dry_run_shows_every_change_and_every_problem(loaded: Command, tmp_path: Path) -> None:
    file = tmp_path / "sites.csv"
    file.write_bytes("slug;people_served\nrynek;ośmiu\ndc;-1\n".encode("cp1250"))
    said = loaded("import", file, "--dry-run")
    assert (said.code, said.out) == (1, "")
    assert [line.split(": ")[:2] for line in said.err.splitlines()] == [
        [f"{file}:2:B", "site:rynek"],
        [f"{file}:3:B", "site:dc"],
    ]
    file.write_bytes("slug;name;people_served\nrynek;Rynek główny;8\n".encode("cp1250"))
    said = loaded("import", file, "--dry-run", "--json")
    assert said.document["summary"] == {"created": 0, "updated": 1, "deleted": 0}
    assert "was read as CP1250" in said.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("export", "OUT", "--format", "xlsx"), "OUT: xlsx is one file; name it, for example OUT.xlsx"),
        (("export", "OUT.xlsx", "--noun", "sites"), "OUT.xlsx: --noun is for a single CSV file; leave it out"),
        (("export", "OUT.csv"), "there is no table 'OUT'; use one of tenants, "),
        (("import", "OUT", "--encoding", "latin1"), "encoding 'latin1' is not known; use one of utf-8, "),
        (("generate", "OUT", "--sites", "3"), "a region of 3 sites; ask for 10 or more"),
    ],
)
def test_what_makes_no_sense_is_said(inventory: Command, tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    verb, target, *options = arguments
    said = inventory(verb, tmp_path / target, *options)
    assert said.code == 2
    assert said.err.replace(f"{tmp_path}/", "").startswith(told)


def test_a_region_is_written_and_read(inventory: Command, tmp_path: Path) -> None:
    assert inventory("generate", tmp_path / "region", "--sites", "20", "--seed", "3").code == 0
    assert inventory("import", tmp_path / "region", "--dry-run", "--json").document["summary"]["created"] > 100
