"""What rows mean: they create and update, delete only when asked, and touch nothing they do not speak of."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from inventory.diff import Changes, diff
from inventory.model.network import Network
from inventory.sources.checked import load_checked
from inventory.sources.incoming import Manner
from inventory.sources.outgoing import save
from tests.inventory.test_inventory_problems import DAY


def changes(city: Network, folder: Path, files: Mapping[str, str | bytes], **manner: bool | str) -> Changes:
    """What files change in the city; reading them again must change nothing."""
    for name, text in files.items():
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    source = folder / next(iter(files)) if len(files) == 1 else folder
    wanted = Manner(**manner)  # type: ignore[arg-type]
    first = load_checked(source, DAY, current=city, manner=wanted).network
    assert load_checked(source, DAY, current=first, manner=wanted).network == first
    return diff(city, first)


def lines(found: Changes) -> list[str]:
    """The changes as people see them."""
    return list(found.lines())


def test_only_the_columns_of_the_file_are_updated(city: Network, tmp_path: Path) -> None:
    found = changes(city, tmp_path, {"sites.csv": "slug,people_served,address.house_number\nrynek,7777,12a\n"})
    assert lines(found) == [
        "~ site:rynek",
        "    address.house_number: none → 12a",
        f"    people_served: {city.site['rynek'].people_served} → 7777",
    ]


def test_an_empty_cell_clears_what_was_there(city: Network, tmp_path: Path) -> None:
    assert lines(changes(city, tmp_path, {"sites.csv": "slug,opening_hours\nrynek,\n"})) == [
        "~ site:rynek",
        "    opening_hours: 24/7 → none",
    ]


def test_an_optional_part_goes_with_its_last_cell(city: Network, tmp_path: Path) -> None:
    name = next(c.slug for c in city.circuits if c.fibres)
    table = f"slug,fibres.used,fibres.available,radio_licence.number,radio_licence.band\n{name},,,L-1,80 GHz\n"
    found = changes(city, tmp_path, {"circuits.csv": table})
    after = found.entries[0].after
    assert after is not None and after.model_dump()["fibres"] is None
    assert after.model_dump()["radio_licence"]["number"] == "L-1"


def test_a_new_row_creates_a_record(city: Network, tmp_path: Path) -> None:
    found = changes(city, tmp_path, {"srgs.csv": "slug,name,kind\nmost,Most na Kłodnicy,route\n"})
    assert lines(found) == ["+ srg:most"]


def test_nothing_is_deleted_unless_asked(city: Network, tmp_path: Path) -> None:
    table = {"exceptions.csv": "slug\n"}
    assert not changes(city, tmp_path, table)
    assert lines(changes(city, tmp_path, table, replace=True)) == ["- exception:geodeci-baildona"]


def test_things_in_a_list_are_updated_by_name(city: Network, tmp_path: Path) -> None:
    found = changes(city, tmp_path, {"interfaces.csv": "device,name,description\ncore1,eth1,światłowód 1\n"})
    assert lines(found) == ["~ device:core1", "    interfaces[eth1].description: do core2 → światłowód 1"]


def test_a_new_thing_comes_last(city: Network, tmp_path: Path) -> None:
    table = "device,name,kind,addresses\ncore1,lan9,lan,10.50.0.200/24;2001:db8:44:50::c8/64\n"
    found = changes(city, tmp_path, {"interfaces.csv": table})
    assert [i["name"] for i in found.entries[0].after.model_dump()["interfaces"]][-1] == "lan9"  # type: ignore[union-attr]


def test_things_without_a_name_are_the_whole_list(city: Network, tmp_path: Path) -> None:
    table = "site,down,up,valid_from\nrynek,100 Mb/s,100 Mb/s,2026-01-01\n"
    found = changes(city, tmp_path, {"policies.csv": table})
    (entry,) = found.entries
    assert entry.after is not None
    assert [p["down"] for p in entry.after.model_dump()["hotspot"]["policies"]] == [100_000_000]


def test_replacing_a_list_empties_those_it_does_not_name(city: Network, tmp_path: Path) -> None:
    hotspots = [site for site in city.sites if site.hotspot]
    header = "site,number,brand,model,serial,mac,indoor,location,location_type,coordinates.latitude,"
    table = f"{header}coordinates.longitude\nrynek,1,B,M,S,02:00:5e:00:53:99,nie,Rynek,plac,50.29,18.66\n"
    found = changes(city, tmp_path, {"access_points.csv": table}, replace=True)
    assert len(found.entries) == len(hotspots)
    points = {e.slug: e.after.model_dump()["hotspot"]["access_points"] for e in found.entries if e.after}
    assert [slug for slug, known in points.items() if known] == ["rynek"] and points["rynek"][0]["indoor"] is False


def test_owner_and_list_may_come_together(city: Network, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "devices.csv": "slug,role,site\nkiosk,agent,rynek\n",
        "interfaces.csv": "device,name,kind,attached_to\nkiosk,eth0,host,hs-rynek:lan0\n",
    }
    assert lines(changes(city, tmp_path, files)) == ["+ device:kiosk"]


NAMES = "slug,name,kind\nzazolc,Gęślą jaźń,duct\n"


@pytest.mark.parametrize(
    ("octets", "encoding"),
    [
        (NAMES.encode(), ""),
        (b"\xef\xbb\xbf" + NAMES.encode(), ""),
        (NAMES.encode("cp1250"), ""),
        (NAMES.encode("utf-16"), ""),
        (NAMES.replace("ś", "s").encode("iso-8859-2"), "ISO-8859-2"),
        (NAMES.encode("cp1250"), "windows-1250"),
        (NAMES.replace(",", ";").encode("cp1250"), ""),
        (NAMES.replace(",", "\t").replace("\n", "\r\n").encode(), ""),
        (b"sep=;\r\n" + NAMES.replace(",", ";").encode("cp1250"), ""),
        ((NAMES + ",,\n , ,\n\n").encode(), ""),
    ],
    ids=["utf-8", "mark", "cp1250", "utf-16", "iso forced", "cp1250 forced", "semicolons", "tabs", "sep", "empty rows"],
)
def test_files_of_spreadsheets_are_understood(city: Network, tmp_path: Path, octets: bytes, encoding: str) -> None:
    manner = {"encoding": encoding} if encoding else {}
    found = changes(city, tmp_path, {"srgs.csv": octets}, **manner)
    (entry,) = found.entries
    assert entry.after is not None
    assert entry.after.model_dump()["name"] in ("Gęślą jaźń", "Gęslą jaźń")


def test_the_encoding_that_was_guessed_is_said(city: Network, tmp_path: Path) -> None:
    file = tmp_path / "srgs.csv"
    file.write_bytes(NAMES.encode("cp1250"))
    (notice,) = load_checked(file, DAY, current=city).notices
    assert notice == f"{file} was read as CP1250; if that is wrong, say --encoding"


def test_yaml_in_cp1250_is_read_when_it_is_said(city: Network, folder: Path) -> None:
    for file in folder.iterdir():
        file.write_bytes(file.read_text().encode("cp1250"))
    assert load_checked(folder, DAY, manner=Manner(encoding="cp1250")).network == city


def test_numbers_may_have_a_decimal_comma(city: Network, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "sites.csv": "slug;coordinates.latitude\nrynek;50,3\n",
        "circuits.csv": "slug;rate.down\nc-core1--core2;1,5 Gb/s\n",
    }
    found = changes(city, tmp_path, files)
    assert next(e.after.model_dump() for e in found.entries if e.after)["coordinates"]["latitude"] == 50.3
    assert "    rate.down: 1 Gb/s → 1500 Mb/s" in lines(found)


@pytest.mark.parametrize("cell", ["ring-1;ring-2", "ring-1; ring-2;", '"ring-1, ring-2"', '"[""ring-1"", ""ring-2""]"'])
def test_lists_may_be_written_in_several_ways(city: Network, tmp_path: Path, cell: str) -> None:
    found = changes(city, tmp_path, {"links.csv": f"slug,srgs\ncore1--core2,{cell}\n"})
    assert lines(found)[1] == "    srgs: [duct-akademicka] → [ring-1, ring-2]"


def test_text_that_a_spreadsheet_would_run_is_guarded(city: Network, tmp_path: Path) -> None:
    """It is not run when the file is opened, and comes back as it was."""
    evil = '=HYPERLINK("http://example.invalid","x")'
    site = city.sites[0].model_copy(update={"name": evil, "opening_hours": "+48 32 000 00 00"})
    network = city.model_copy(update={"sites": (site, *city.sites[1:])})
    save(network, tmp_path / "sites.csv")
    row = (tmp_path / "sites.csv").read_text().splitlines()[1]
    assert "\"'=HYPERLINK" in row and ",'+48 32" in row
    assert load_checked(tmp_path / "sites.csv", DAY, current=network).network == network
    assert ",-" not in row and load_checked(tmp_path / "sites.csv", DAY, current=city).network == network
