"""Workbooks as people make them in a spreadsheet, with everything a spreadsheet does to what is typed."""

import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from inventory.errors import BadInput
from inventory.model.network import Network
from inventory.sources.checked import load_checked
from inventory.sources.incoming import Manner, read
from inventory.sources.outgoing import save
from tests.inventory.test_inventory_problems import DAY


def book(file: Path, sheet: str, *rows: list[Any], formats: dict[str, str] | None = None) -> Path:
    """A workbook with one sheet, as a spreadsheet saves it."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    page = made.create_sheet(sheet)
    for row in rows:
        page.append(row)
    for cell, shown in (formats or {}).items():
        page[cell].number_format = shown
    made.save(file)
    return file


def said(file: Path, city: Network, **manner: Any) -> str:
    with pytest.raises(BadInput) as raised:
        load_checked(file, DAY, current=city, manner=Manner(**manner))
    return str(raised.value).replace(f"{file.parent}/", "")


def test_what_a_spreadsheet_makes_of_values(city: Network, tmp_path: Path) -> None:
    """Days as moments, whole numbers with a point, codes as numbers shown with zeros, empty rows at the end."""
    columns = ["slug", "people_served", "valid_from", "address.ulic", "address.house_number", "opening_hours"]
    cells = ["rynek", 1234.0, datetime(2025, 3, 1), 1234, 12, None]
    empty: list[Any] = [None] * 6
    file = book(tmp_path / "a.xlsx", "sites", columns, cells, empty, empty, formats={"D2": "00000"})
    site = load_checked(file, DAY, current=city).network.site["rynek"]
    assert (site.people_served, site.valid_from, site.address.ulic) == (1234, date(2025, 3, 1), "01234")
    assert (site.address.house_number, site.opening_hours) == ("12", None)


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        ("name", "=B1&C1", "name holds a formula; copy the cell and paste only its value in its place"),
        ("name", "#N/A", "name holds #N/A; correct the cell"),
        (
            "address.house_number",
            datetime(2026, 2, 1),
            "address.house_number holds the date 2026-02-01; the spreadsheet took the text for a date: format the "
            "column as text and type it again",
        ),
        (
            "opening_hours",
            time(7, 30),
            "opening_hours holds the time 07:30:00; the spreadsheet took the text for a time: format the column as "
            "text and type it again",
        ),
        ("people_served", 12.5, "people_served '12.5': input should be a valid integer, unable to parse string as an "
         "integer; correct the value"),
        ("address.terc", 246601, "address.terc '246601' has 6 digits; write 7 digits; a spreadsheet may have dropped "
         "zeros in front, so format the column as text"),
        ("valid_from", datetime(2026, 2, 1, 12, 30), "valid_from '2026-02-01T12:30:00' is not a date; write it as "
         "YYYY-MM-DD"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(city: Network, tmp_path: Path, column: str, value: Any, line: str) -> None:
    file = book(tmp_path / "a.xlsx", "sites", ["slug", column], ["rynek", value])
    assert said(file, city) == f"a.xlsx[sites]:2:B: site:rynek: {line}"


def test_every_problem_of_every_sheet_is_said(city: Network, tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for name, rows in {
        "Notatki": [["cokolwiek"]],
        "interfaces": [["device", "name", "kind"], ["core1", "eth1", "fibre"]],
        "devices": [["slug", "rola"], ["core1", "core"]],
    }.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    made.remove(made.worksheets[0])
    made.save(tmp_path / "a.xlsx")
    first, second, third = said(tmp_path / "a.xlsx", city).splitlines()
    assert first.startswith("a.xlsx[Notatki]:1: file: not the name of a table; rename or remove the sheet, expected ")
    assert second == "a.xlsx[devices]:1:B: file: unknown column 'rola'; did you mean 'role'?"
    assert third.startswith("a.xlsx[interfaces]:2:C: device:core1: kind 'fibre' is not known; use one of ")


def test_the_only_sheet_may_have_any_name(city: Network, tmp_path: Path) -> None:
    file = book(tmp_path / "a.xlsx", "Arkusz1", ["slug", "name"], ["drogi", "Drogi"])
    assert "not the name of a table" in said(file, city)
    network = load_checked(file, DAY, current=city, manner=Manner(noun="tenants")).network
    assert next(t.name for t in network.tenants if t.slug == "drogi") == "Drogi"


BROKEN = "not a workbook that can be read; open it in a spreadsheet and save it as .xlsx"


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "a.ods"])
@pytest.mark.parametrize("octets", [b"", b"hello", b"PK\x03\x04" + b"\0" * 100], ids=["empty", "text", "cut"])
def test_a_file_that_is_no_workbook(city: Network, tmp_path: Path, name: str, octets: bytes) -> None:
    (tmp_path / name).write_bytes(octets)
    assert said(tmp_path / name, city) == f"{name}:1: file: {BROKEN}"


def test_a_workbook_with_a_part_spoilt(city: Network, tmp_path: Path) -> None:
    """Whatever part is missing, cut short or no XML, the answer is one line or the workbook without it."""
    save(Network(tenants=city.tenants), tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    for spoilt in parts:
        for put in (None, parts[spoilt][: len(parts[spoilt]) // 2], b"<a/>", b"\xff\xfe\x00"):
            file = tmp_path / "spoilt.xlsx"
            with zipfile.ZipFile(file, "w") as out:
                for name, octets in parts.items():
                    if name != spoilt or put is not None:
                        out.writestr(name, octets if name != spoilt or put is None else put)
            try:
                problems = read(file, Network(), Manner()).problems
            except BadInput:
                continue
            assert all(problem.fix for problem in problems)


def test_a_bomb_is_not_unpacked(city: Network, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("xl/workbook.xml", b"0" * (5 * 1024 * 1024))
    with pytest.raises(BadInput) as raised:
        load_checked(file, DAY, 1, current=city)
    assert str(raised.value) == (
        f"{file}:1: file: holds 5.0 MiB unpacked, above 4 times the limit of 1 MiB; split it, or raise "
        "SILESIANET_IMPORT_MAX_MB"
    )


def test_entities_are_not_expanded(city: Network, tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(book(tmp_path / "b.xlsx", "srgs", ["slug"])) as whole, zipfile.ZipFile(file, "w") as out:
        for name in whole.namelist():
            doctype = b'<!DOCTYPE a [<!ENTITY b "bbbb">]>' if name.endswith("sheet1.xml") else b""
            out.writestr(name, doctype + whole.read(name))
    assert said(file, city) == f"a.xlsx:1: file: {BROKEN}"


@pytest.mark.parametrize("cell", ["ZZ1", "A1048577"])
def test_a_sheet_without_end_is_left_early(city: Network, tmp_path: Path, cell: str) -> None:
    file = book(tmp_path / "a.xlsx", "srgs", ["slug"], ["a"])
    with zipfile.ZipFile(file) as whole:
        parts = {name: whole.read(name) for name in whole.namelist()}
    far, row = ("ZZZ3", 3) if cell == "ZZ1" else ("A99999999", 99999999)
    sheet = f'<row r="{row}"><c r="{far}" t="n"><v>1</v></c></row></sheetData>'.encode()
    parts["xl/worksheets/sheet1.xml"] = parts["xl/worksheets/sheet1.xml"].replace(b"</sheetData>", sheet)
    with zipfile.ZipFile(file, "w") as out:
        for name, octets in parts.items():
            out.writestr(name, octets)
    assert "goes beyond 1024 columns or 1048576 rows; delete the columns and rows" in said(file, city)


def test_exported_text_is_never_a_formula(city: Network, tmp_path: Path) -> None:
    site = city.sites[0].model_copy(update={"name": "=1+1", "opening_hours": "007"})
    save(city.model_copy(update={"sites": (site,)}), tmp_path / "a.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["sites"]
    row = dict(zip((c.value for c in sheet[1]), sheet[2], strict=True))
    assert (row["name"].data_type, row["name"].value) == ("s", "=1+1")
    assert (row["opening_hours"].data_type, row["opening_hours"].number_format) == ("s", "@")
    assert isinstance(row["valid_from"].value, datetime) and row["people_served"].data_type == "n"
    assert sheet.freeze_panes == "B2"
