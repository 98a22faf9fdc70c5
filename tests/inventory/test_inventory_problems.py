"""Each broken file gives one clear line, with the place and the remedy."""

import os
import re
import time
from datetime import date
from pathlib import Path
from typing import NamedTuple

import pytest

from inventory.model.network import NOUNS
from inventory.sources.checked import load_checked
from inventory.sources.files import load
from inventory.sources.problem import BadFiles

DAY = date(2026, 11, 22)
NOUN_FILES = ", ".join(f"{noun}.yaml" for noun in NOUNS)
CLASSES = (
    "office, finance-office, treasury, unit, school, library, culture, clinic, hotspot, camera, traffic-signal, pop, "
    "datacentre"
)


class Case(NamedTuple):
    """One file of the city with one text replaced, and the line this must give.

    ``{here}`` is the number of the first line that was changed, ``{record}`` of the first line of its record.
    """

    file: str
    old: str
    new: str
    line: str


CASES = {
    "unknown site class": Case(
        "sites.yaml",
        "site_class: library",
        "site_class: libary",
        f"sites.yaml:{{here}}: site:biblioteka-sosnica: site_class 'libary' is not known; use one of {CLASSES}",
    ),
    "duplicate address": Case(
        "devices.yaml",
        "- 10.44.22.1/24\n",
        "- 10.44.22.10/24\n",
        "devices.yaml:{record}: device:gw-biblioteka-sosnica: address 10.44.22.10 of lan0 belongs to "
        "client-biblioteka-sosnica:eth0 already; give one of them another address",
    ),
    "link to nowhere": Case(
        "links.yaml",
        "b: gw-biblioteka-sosnica:eth1",
        "b: gw-nowhere:eth1",
        "links.yaml:{record}: link:pop-sosnica-1--gw-biblioteka-sosnica: leads to device 'gw-nowhere', which does not "
        "exist; correct a or b",
    ),
    "link to no interface": Case(
        "links.yaml",
        "b: gw-biblioteka-sosnica:eth1",
        "b: gw-biblioteka-sosnica:eth9",
        "links.yaml:{record}: link:pop-sosnica-1--gw-biblioteka-sosnica: leads to gw-biblioteka-sosnica:eth9, which "
        "does not exist; gw-biblioteka-sosnica has lo, lan0, eth1",
    ),
    "rate with the wrong unit": Case(
        "circuits.yaml",
        "down: 1 Gb/s",
        "down: 300 Mbps",
        "circuits.yaml:{here}: circuit:c-core1--border: rate.down: rate '300 Mbps' has no known unit; write a number "
        "and one of b/s, kb/s, Mb/s, Gb/s",
    ),
    "rate without a unit": Case(
        "circuits.yaml",
        "down: 1 Gb/s",
        "down: 300",
        "circuits.yaml:{here}: circuit:c-core1--border: rate.down: rate '300' has no known unit; write a number and "
        "one of b/s, kb/s, Mb/s, Gb/s",
    ),
    "unknown field": Case(
        "tenants.yaml",
        "  kind: commune\n",
        "  kind: commune\n  parents: silesianet\n",
        "tenants.yaml:{here}: tenant:gliwice: unknown field 'parents'; did you mean 'parent'?",
    ),
    "unknown field deep inside": Case(
        "sites.yaml",
        "    terc:",
        "    teryt:",
        "sites.yaml:{here-3}: site:biblioteka-sosnica: address.terc is missing; add it\n"
        "sites.yaml:{here}: site:biblioteka-sosnica: unknown field 'teryt'; did you mean 'terc'?",
    ),
    "missing field": Case(
        "srgs.yaml",
        "  kind: duct\n",
        "",
        "srgs.yaml:{record}: srg:duct-akademicka: kind is missing; add it",
    ),
    "duplicate slug": Case(
        "srgs.yaml",
        "slug: ring-2",
        "slug: ring-1",
        "srgs.yaml:{here}: srg:ring-1: the slug is taken at srgs.yaml:{here-3}; give it another slug or remove one",
    ),
    "not a list": Case(
        "rules.yaml",
        "[]",
        "none",
        "rules.yaml:{here}: file: rules is not a list; start every entry with '- slug: …'",
    ),
    "syntax": Case(
        "rules.yaml",
        "[]",
        "- slug: 'a\n  order: 1\n",
        "rules.yaml:{here+3}: file: not YAML: found unexpected end of stream; correct it here or just above",
    ),
    "field written twice": Case(
        "srgs.yaml",
        "  kind: duct\n",
        "  kind: duct\n  kind: power\n",
        "srgs.yaml:{here}: file: the field 'kind' is written twice; keep one of them",
    ),
    "tag": Case(
        "rules.yaml",
        "[]",
        "- !!python/object/apply:os.system ['true']",
        "rules.yaml:{here}: file: the tag tag:yaml.org,2002:python/object/apply:os.system is not allowed; "
        "write a plain value",
    ),
    "alias of itself": Case(
        "rules.yaml",
        "[]",
        "&a [*a]",
        "rules.yaml:{here}: file: the alias *a refers to itself; write the value out",
    ),
    "depth": Case(
        "rules.yaml",
        "[]",
        "[" * 100_000,
        "rules.yaml:1: file: nested too deeply; write plain lists and mappings",
    ),
    "control character": Case(
        "srgs.yaml",
        "name: Kanalizacja ul. Akademicka",
        'name: "Kanalizacja\\nrouter ospf"',
        "srgs.yaml:{here}: srg:duct-akademicka: name holds a control character; write it on one line",
    ),
    "prefix with host bits": Case(
        "prefixes.yaml",
        "prefix: 10.44.22.0/24",
        "prefix: 10.44.22.7/24",
        "prefixes.yaml:{here}: prefix:biblioteka-sosnica-lan: prefix '10.44.22.7/24' has bits set beyond its length; "
        "did you mean 10.44.22.0/24?",
    ),
    "date": Case(
        "exceptions.yaml",
        "valid_to: 2030-12-31",
        "valid_to: 31.12.2030",
        "exceptions.yaml:{here}: exception:geodeci-baildona: valid_to '31.12.2030' is not a date; "
        "write it as YYYY-MM-DD",
    ),
    "dates in the wrong order": Case(
        "exceptions.yaml",
        "valid_to: 2030-12-31",
        "valid_to: 2020-12-31",
        "exceptions.yaml:{record}: exception:geodeci-baildona: ends on 2020-12-31, before it begins on 2025-01-01; "
        "correct valid_from or valid_to",
    ),
}


def problems(source: Path) -> str:
    """What an import says, paths shortened to file names."""
    with pytest.raises(BadFiles) as raised:
        load_checked(source, DAY)
    where = source if source.is_dir() else source.parent
    return str(raised.value).replace(f"{where}/", "")


def spoil(folder: Path, name: str) -> str:
    """Replace the text of a case and return the line it must give."""
    case = CASES[name]
    before = (folder / case.file).read_text()
    assert case.old in before
    after = before.replace(case.old, case.new, 1)
    (folder / case.file).write_text(after)
    lines = list(zip(before.splitlines(), [*after.splitlines(), ""], strict=False))
    here = next(number for number, (old, new) in enumerate(lines, 1) if old != new)
    record = max((number for number, (old, _) in enumerate(lines[:here], 1) if old.startswith("- slug:")), default=1)
    known = {"here": here, "record": record}
    return re.sub(r"\{(here|record)([+-]\d+)?\}", lambda m: str(known[m[1]] + int(m[2] or 0)), case.line)


@pytest.mark.parametrize("name", CASES)
def test_a_broken_file_gives_one_clear_line(name: str, folder: Path) -> None:
    expected = spoil(folder, name)
    assert problems(folder) == expected


def test_a_file_in_cp1250_is_named_with_the_place(folder: Path) -> None:
    file = folder / "sites.yaml"
    text = file.read_text()
    file.write_bytes(text.encode("cp1250"))
    offset = text.index("ś")
    assert problems(folder) == (
        f"sites.yaml:2: file: not UTF-8: octet 0x9c at offset {offset}; "
        "save it as UTF-8, or say --encoding, one of utf-8, cp1250, iso-8859-2, utf-16"
    )


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    file = folder / "tenants.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    load_checked(folder, DAY)


@pytest.mark.parametrize("form", ["in a folder", "alone"])
def test_a_huge_file_is_refused_unread(folder: Path, form: str) -> None:
    """200 MB that occupy no disk are refused by their size, at once."""
    file = folder / "sites.yaml"
    file.unlink()
    with file.open("wb") as sparse:
        sparse.truncate(200 * 1000 * 1000)
    began = time.perf_counter()
    said = problems(folder if form == "in a folder" else file)
    assert time.perf_counter() - began < 1
    assert said == (
        "sites.yaml:1: file: 190.7 MiB, above the limit of 50 MiB; it was not read; "
        "split it, or raise SILESIANET_IMPORT_MAX_MB"
    )


def test_a_pipe_is_not_waited_for(folder: Path) -> None:
    (folder / "rules.yaml").unlink()
    os.mkfifo(folder / "rules.yaml")
    assert problems(folder) == "rules.yaml:1: file: not a regular file; give a folder or a file"


def test_aliases_cannot_blow_up(folder: Path) -> None:
    lines = ["- &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"- &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (folder / "rules.yaml").write_text("\n".join(lines))
    assert problems(folder) == ("rules.yaml:1: file: aliases multiply the document beyond reason; write the values out")


@pytest.mark.parametrize("name", ["site.yaml", "sites.yml"])
def test_a_file_of_no_noun_is_refused(folder: Path, name: str) -> None:
    """What would follow from the misnamed file's absence is not reported as well."""
    (folder / "sites.yaml").rename(folder / name)
    assert problems(folder) == (
        f"{name}:1: file: not the name of an inventory file; rename or remove it, expected {NOUN_FILES}"
    )


def test_an_empty_folder_is_no_inventory(tmp_path: Path) -> None:
    """Importing the wrong folder must not delete a city."""
    assert problems(tmp_path) == f"{tmp_path}:1: file: holds no inventory file; expected {NOUN_FILES}"


def test_every_problem_is_reported_at_once(folder: Path) -> None:
    """Form and rules, in several files; what only follows from the broken parts is not reported."""
    names = ("rate with the wrong unit", "duplicate address", "date", "link to nowhere", "unknown site class")
    expected = [spoil(folder, name) for name in names]
    assert problems(folder).splitlines() == expected


def test_one_file_may_hold_every_noun(folder: Path, tmp_path: Path) -> None:
    one = tmp_path / "city.yaml"
    one.write_text(
        "".join(f"{file.stem}:\n{file.read_text()}".replace(":\n[", ": [") for file in sorted(folder.glob("*.yaml")))
    )
    assert load(one) == load(folder)


def test_one_file_names_its_unknown_noun(tmp_path: Path) -> None:
    one = tmp_path / "city.yaml"
    one.write_text("tenants: []\nroutes: []\n")
    assert problems(one).startswith("city.yaml:2: file: unknown noun 'routes'; use one of tenants, contacts, ")


def test_one_file_must_not_be_empty(tmp_path: Path) -> None:
    one = tmp_path / "city.yaml"
    one.write_text("")
    assert problems(one).startswith("city.yaml:1: file: not a mapping of nouns to lists; write NOUN: and its list, ")
