"""Each fault in a table gives one clear line, with file, row and column, and all faults are said at once."""

from pathlib import Path
from typing import NamedTuple

import pytest

from inventory.errors import BadInput, WrongUsage
from inventory.model.network import NOUNS, Network
from inventory.sources.checked import load_checked
from inventory.sources.incoming import Manner
from inventory.sources.tables.columns import tables
from tests.inventory.test_inventory_problems import CLASSES, DAY


class Case(NamedTuple):
    """One file over the demonstration city, and the lines it must give."""

    file: str
    text: str
    lines: str


CASES = {
    "unknown column": Case(
        "tenants.csv",
        "slug,nme,kind\ndrogi,Drogi,organisation\n",
        "tenants.csv:1:B: file: unknown column 'nme'; did you mean 'name'?",
    ),
    "a list as a column": Case(
        "devices.csv",
        "slug,interfaces\nborder,eth1\n",
        "devices.csv:1:B: file: unknown column 'interfaces'; write a row for each in the table interfaces",
    ),
    "column twice": Case(
        "tenants.csv",
        "slug,name,name\ndrogi,Drogi,Drogi\n",
        "tenants.csv:1:C: file: the column 'name' stands twice; keep one of them",
    ),
    "no slug column": Case(
        "tenants.csv",
        "name\nDrogi\n",
        "tenants.csv:1: file: the column 'slug' is missing; add it: it says which object a row is about",
    ),
    "no slug": Case(
        "tenants.csv",
        "name,slug\nDrogi,drogi\nNowi,\n",
        "tenants.csv:3:B: tenant: slug is missing; name the object the row is about",
    ),
    "slug twice": Case(
        "tenants.csv",
        "slug,name\ndrogi,Drogi\n\ndrogi,Inne\n",
        "tenants.csv:4:A: tenant:drogi: the slug is taken at tenants.csv:2; give it another slug or remove one",
    ),
    "unknown value": Case(
        "sites.csv",
        "slug,people_served,site_class\nrynek,7,libary\n",
        f"sites.csv:2:C: site:rynek: site_class 'libary' is not known; use one of {CLASSES}",
    ),
    "several at once": Case(
        "sites.csv",
        "slug,people_served,coordinates.latitude,valid_from\nrynek,many,50.29,1.2.2025\nkamera-rynek,-1,95,\n",
        "sites.csv:2:B: site:rynek: people_served 'many': input should be a valid integer, unable to parse string as "
        "an integer; correct the value\n"
        "sites.csv:2:D: site:rynek: valid_from '1.2.2025' is not a date; write it as YYYY-MM-DD\n"
        "sites.csv:3:B: site:kamera-rynek: people_served '-1': input should be greater than or equal to 0; "
        "correct the value\n"
        "sites.csv:3:C: site:kamera-rynek: coordinates.latitude '95': input should be less than or equal to 90; "
        "correct the value",
    ),
    "lost zero": Case(
        "sites.csv",
        "slug,address.ulic\nrynek,1234\n",
        "sites.csv:2:B: site:rynek: address.ulic '1234' has 4 digits; write 5 digits; a spreadsheet may have dropped "
        "zeros in front, so format the column as text",
    ),
    "rate without unit": Case(
        "circuits.csv",
        "slug;rate.down\nc-core1--core2;300\n",
        "circuits.csv:2:B: circuit:c-core1--core2: rate.down: rate '300' has no known unit; write a number and one of "
        "b/s, kb/s, Mb/s, Gb/s",
    ),
    "missing columns are said once": Case(
        "srgs.csv",
        "slug,name\na,A\nb,B\n",
        "srgs.csv:1: file: the column 'kind' is missing, srg:a needs it; add it",
    ),
    "missing cell": Case(
        "srgs.csv",
        "slug,name,kind\na,A,\nb,B,duct\n",
        "srgs.csv:2:C: srg:a: kind is missing; add it",
    ),
    "short row": Case(
        "srgs.csv",
        "slug,name,kind\na,A\n",
        "srgs.csv:2: srg: the row has 2 cells, the header 3; write every cell, also the empty ones",
    ),
    "cell under no name": Case(
        "srgs.csv",
        "slug,name,kind\na,A,duct,see ticket 7\n",
        "srgs.csv:2:D: srg:a: 'see ticket 7' stands in a column without a name; name the column or clear the cell",
    ),
    "unknown owner": Case(
        "interfaces.csv",
        "device,name,kind\ncore9,eth1,p2p\n",
        "interfaces.csv:2:A: device:core9: device names the device 'core9', which does not exist; correct the name or "
        "add it to devices",
    ),
    "thing twice": Case(
        "interfaces.csv",
        "name,device,description\neth1,core1,do core2\neth1,core1,do core3\n",
        "interfaces.csv:3:A: device:core1: name 'eth1' of device:core1 stands already in row 2; rename or remove one",
    ),
    "value in a list": Case(
        "interfaces.csv",
        "device,name,addresses\ncore1,eth1,10.254.0.0/31;10.254.0.1.1/31\n",
        "interfaces.csv:2:C: device:core1: addresses '10.254.0.1.1/31' is not an address; write an address such as "
        "10.44.10.1/24 or 2001:db8:44:a::1/64",
    ),
    "rule broken, in the row and column of the thing": Case(
        "interfaces.csv",
        "device,name,addresses\ngw-skarbnik,lo,10.255.0.10/32\nclient-skarbnik,eth0,10.44.12.1/24\n",
        "interfaces.csv:2:C: device:gw-skarbnik: address 10.44.12.1 of lan0 belongs to client-skarbnik:eth0 already; "
        "give one of them another address",
    ),
    "reference": Case(
        "sites.csv",
        "slug,tenant\nrynek,nobody\n",
        "sites.csv:2:B: site:rynek: tenant names the tenant 'nobody', which does not exist; correct the name or add it "
        "to tenants",
    ),
    "quotes": Case(
        "srgs.csv",
        'slug,name,kind\na,"A"B,duct\n',
        "srgs.csv:2: file: not CSV: ',' expected after '\"'; put quotes around the whole cell and double those inside",
    ),
    "empty": Case(
        "srgs.csv",
        "\n\n",
        "srgs.csv:1: file: holds no header; the first line names the columns, slug, name, kind …",
    ),
}


def said(source: Path, city: Network, manner: Manner | None = None) -> str:
    """What an import over the city says, paths shortened to file names."""
    with pytest.raises(BadInput) as raised:
        load_checked(source, DAY, current=city, manner=manner)
    return str(raised.value).replace(f"{source if source.is_dir() else source.parent}/", "")


@pytest.mark.parametrize("name", CASES)
def test_a_fault_gives_one_clear_line(name: str, city: Network, tmp_path: Path) -> None:
    case = CASES[name]
    (tmp_path / case.file).write_text(case.text)
    assert said(tmp_path / case.file, city) == case.lines


def test_faults_of_several_files_come_together(city: Network, tmp_path: Path) -> None:
    names = ("several at once", "slug twice", "rate without unit", "missing cell")
    for name in names:
        (tmp_path / CASES[name].file).write_text(CASES[name].text)
    expected = [line for name in names for line in CASES[name].lines.splitlines()]
    assert said(tmp_path, city).splitlines() == sorted(expected)


def test_a_file_that_is_no_table_is_named(city: Network, tmp_path: Path) -> None:
    (tmp_path / "site.csv").write_text("slug\n")
    expected = ", ".join(f"{name}.csv" for name in tables())
    assert said(tmp_path, city) == (
        f"site.csv:1: file: not the name of a table; rename or remove it, expected {expected}"
    )


def test_a_single_file_must_say_what_it_holds(city: Network, tmp_path: Path) -> None:
    file = tmp_path / "my-list.csv"
    file.write_text("slug,name\ndrogi,Drogi miejskie\n")
    with pytest.raises(WrongUsage, match=r"my-list\.csv is not named after a table; say --noun; use one of tenants, "):
        load_checked(file, DAY, current=city)
    loaded = load_checked(file, DAY, current=city, manner=Manner(noun="tenants"))
    assert {t.slug: t.name for t in loaded.network.tenants}["drogi"] == "Drogi miejskie"
    with pytest.raises(WrongUsage, match="--noun is for a single CSV file or sheet; leave it out"):
        load_checked(tmp_path, DAY, manner=Manner(noun="tenants"))
    with pytest.raises(WrongUsage, match="there is no table 'routes'"):
        load_checked(file, DAY, manner=Manner(noun="routes"))


def test_two_kinds_in_a_folder_are_refused(city: Network, folder: Path) -> None:
    (folder / "sites.csv").write_text("slug\n")
    assert said(folder, city).endswith("city: holds both YAML and CSV files; keep one kind in a folder")


NAMES = "slug,name,kind\na,Gęślą jaźń,duct\nb,Łódź,duct\n"


@pytest.mark.parametrize(
    ("octets", "line"),
    [
        (
            NAMES.encode("iso-8859-2"),
            "2: file: holds '¶', so it may be ISO 8859-2; say so with --encoding iso-8859-2 or cp1250",
        ),
        (
            NAMES.encode().replace("ń".encode(), b"\xc5"),
            "2: file: damaged UTF-8: octet 0xc5 at offset 30; save it as UTF-8, or say --encoding, one of utf-8, "
            "cp1250, iso-8859-2, utf-16",
        ),
        (
            NAMES.encode("cp1250") + b"\x81",
            "4: file: neither UTF-8 nor CP1250: octet 0x81 at offset 45; save it as UTF-8, or say --encoding, one of "
            "utf-8, cp1250, iso-8859-2, utf-16",
        ),
    ],
    ids=["iso", "damaged", "neither"],
)
def test_letters_are_not_guessed_wrongly(city: Network, tmp_path: Path, octets: bytes, line: str) -> None:
    (tmp_path / "srgs.csv").write_bytes(octets)
    assert said(tmp_path / "srgs.csv", city) == f"srgs.csv:{line}"


@pytest.mark.parametrize("name", ["sites.csv", "city.xlsx", "map.geojson"])
def test_a_huge_file_is_refused_unread(city: Network, tmp_path: Path, name: str) -> None:
    with (tmp_path / name).open("wb") as sparse:
        sparse.truncate(200 * 1000 * 1000)
    assert said(tmp_path / name, city) == (
        f"{name}:1: file: 190.7 MiB, above the limit of 50 MiB; it was not read; "
        "split it, or raise SILESIANET_IMPORT_MAX_MB"
    )


@pytest.mark.parametrize("noun", NOUNS)
def test_deleting_what_others_name_is_refused(city: Network, tmp_path: Path, noun: str) -> None:
    """An empty table with --replace never leaves loose ends: either nothing names the records, or it is said."""
    (tmp_path / f"{noun}.csv").write_text("slug\n")
    try:
        loaded = load_checked(tmp_path / f"{noun}.csv", DAY, current=city, manner=Manner(replace=True))
    except BadInput as refusal:
        assert f"{noun}.csv:1: " in str(refusal) and "; " in str(refusal)
    else:
        assert getattr(loaded.network, noun) == ()
