"""Whatever kind of file an inventory comes in: told apart by its name, read by the reader of its kind."""

from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from inventory.database.frugal import uncollected
from inventory.errors import BadInput, WrongUsage
from inventory.model.network import Network
from inventory.settings import Settings
from inventory.sources import files, geojson
from inventory.sources.encoding import known
from inventory.sources.octets import readable
from inventory.sources.reader import SUFFIXES, Reading
from inventory.sources.tables.columns import Table
from inventory.sources.tables.read import CSV, TableReader, table_named

TABLES = (CSV, ".tsv", ".txt")
BOOKS = (".xlsx", ".xlsm", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Manner:
    """How files are to be read.

    Attributes:
        noun: table that a CSV file or a sheet holds when its name does not say.
        encoding: how text is written; UTF-8, then CP1250 where that may be, when not given.
        replace: the tables that are read are all there is of them; what they do not hold is deleted.
    """

    noun: str | None = None
    encoding: str | None = None
    replace: bool = False


def read(source: Path | Traversable, current: Network, manner: Manner, max_mb: int | None = None) -> Reading:
    """Read a folder or file of any kind; tables and maps are laid over ``current``, YAML is the whole inventory.

    BadInput when it cannot be opened, WrongUsage when the manner does not fit.
    """
    limit = Settings().import_max_mb if max_mb is None else max_mb
    encoding = None if manner.encoding is None else known(manner.encoding)
    only = None if manner.noun is None else table_named(manner.noun)
    if only is not None and (not isinstance(source, Path) or not _is_one_table(source)):
        raise WrongUsage("--noun is for a single CSV file or sheet", where=str(source), fix="leave it out")
    with readable(source), uncollected():
        if not isinstance(source, Path) or _is_yaml(source):
            return files.read(source, limit, encoding)
        if source.suffix.lower() in geojson.SUFFIXES:
            return geojson.read(source, current, limit, manner.replace)
        reader = TableReader(current, limit, replace=manner.replace, encoding=encoding)
        if source.is_dir():
            reader.read_folder(source)
        elif source.suffix.lower() in BOOKS:
            reader.read_workbook(source, only)
        else:
            reader.read_csv(source, only or _table_of(source))
        return reader.result()


def _is_one_table(source: Path) -> bool:
    return not source.is_dir() and source.suffix.lower() in (*TABLES, *BOOKS)


def _is_yaml(source: Path) -> bool:
    if not source.is_dir():
        return source.suffix.lower() not in (*TABLES, *BOOKS, *geojson.SUFFIXES)
    names = {file.suffix for file in source.iterdir() if not file.name.startswith(".")}
    if CSV in names and names & set(SUFFIXES):
        raise BadInput("holds both YAML and CSV files", where=str(source), fix="keep one kind in a folder")
    return CSV not in names


def _table_of(file: Path) -> Table:
    """The table a file is named after."""
    try:
        return table_named(file.stem)
    except WrongUsage as error:
        raise WrongUsage(f"{file.name} is not named after a table", fix=f"say --noun; {error.fix}") from error
