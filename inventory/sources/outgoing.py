"""The inventory written as files of any kind: what is read back is the same inventory, and the same octets again."""

from enum import StrEnum
from pathlib import Path

from inventory.database.frugal import uncollected
from inventory.errors import SilesiaNetError, WrongUsage
from inventory.model.network import Network
from inventory.sources import files, geojson
from inventory.sources.octets import replace_file
from inventory.sources.tables import write
from inventory.sources.tables.columns import Table
from inventory.sources.tables.read import table_named


class Kind(StrEnum):
    """How an inventory is written. A map holds sites and links only; the others hold everything."""

    YAML = "yaml"
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"


_KINDS = {".yaml": Kind.YAML, ".yml": Kind.YAML, ".csv": Kind.CSV, ".xlsx": Kind.XLSX} | dict.fromkeys(
    geojson.SUFFIXES, Kind.GEOJSON
)


def save(network: Network, target: Path, kind: Kind | None = None, noun: str | None = None) -> None:
    """Write a folder or a file; its name tells the kind when none is given, and the table of a single CSV file.

    SilesiaNetError when it cannot be written, WrongUsage when kind and target do not fit.
    """
    suffix = target.suffix.lower()
    file = suffix in _KINDS and not target.is_dir()
    kind = kind or (_KINDS[suffix] if file else Kind.YAML)
    if kind in (Kind.XLSX, Kind.GEOJSON) and not file:
        raise WrongUsage(f"{kind} is one file", where=str(target), fix=f"name it, for example {target}.{kind}")
    if noun is not None and not (kind is Kind.CSV and file):
        raise WrongUsage("--noun is for a single CSV file", where=str(target), fix="leave it out, or name a file")
    table = table_named(noun or target.stem) if kind is Kind.CSV and file else None
    try:
        _save(network, target, kind, file, table)
    except OSError as error:
        fix = "name a folder or a file that can be written"
        raise SilesiaNetError(f"cannot be written: {error.strerror}", where=str(target), fix=fix) from error


def _save(network: Network, target: Path, kind: Kind, file: bool, table: Table | None) -> None:
    with uncollected():
        if table is not None:
            replace_file(target, write.csv_text(table, network).encode())
        elif kind is Kind.CSV:
            write.save_folder(network, target)
        elif kind is Kind.XLSX:
            write.save_workbook(network, target)
        elif kind is Kind.GEOJSON:
            geojson.save(network, target)
        else:
            (files.save_file if file else files.save)(network, target)
