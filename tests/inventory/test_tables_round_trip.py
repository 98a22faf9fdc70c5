"""Whatever records there are, tables hold them without loss: for every noun of the model."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.model.network import NOUNS, Network
from inventory.sources.checked import load_checked
from inventory.sources.incoming import Manner, read
from inventory.sources.outgoing import Kind, save
from inventory.sources.reader import Reading
from inventory.sources.tables import csv_file
from inventory.sources.tables.assemble import Assembler
from inventory.sources.tables.columns import tables
from inventory.sources.tables.write import csv_text
from tests.inventory.test_inventory_problems import DAY
from tests.support.records import records

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def from_csv(texts: dict[str, str], current: Network, replace: bool = False) -> Reading:
    """What CSV texts say, laid over a network."""
    assembler = Assembler(current, replace)
    for name, text in texts.items():
        assembler.add(tables()[name], csv_file.read(f"{name}.csv", text, tables()[name].names))
    return assembler.result()


@pytest.mark.parametrize("noun", NOUNS)
@settings(max_examples=6, suppress_health_check=SLOW, deadline=None)
@given(data=st.data())
def test_any_records_survive_csv(noun: str, data: st.DataObject) -> None:
    """Read into nothing, read over themselves, read over others in their place, written again."""
    network, others = (_network(noun, data.draw(records(noun))) for _ in range(2))
    texts = {name: csv_text(table, network) for name, table in tables().items() if table.noun == noun}
    for current in (Network(), network, others):
        reading = from_csv(texts, current, replace=True)
        assert not reading.problems
        assert reading.network == network
    assert texts == {name: csv_text(tables()[name], reading.network) for name in texts}


PLAIN = [noun for noun in NOUNS if not any(table.noun == noun and table.inside for table in tables().values())]


@settings(max_examples=20, suppress_health_check=SLOW, deadline=None)
@given(data=st.data(), noun=st.sampled_from(PLAIN))
def test_rows_are_laid_over_what_is_there(data: st.DataObject, noun: str) -> None:
    """Without --replace a table with every column is an update of the records by slug."""
    there, file = (_network(noun, data.draw(records(noun))) for _ in range(2))
    known = {record.slug: record for network in (there, file) for record in getattr(network, noun)}
    reading = from_csv({noun: csv_text(tables()[noun], file)}, there)
    assert reading.network == _network(noun, list(known.values()))


@settings(max_examples=5, suppress_health_check=SLOW, deadline=None)
@given(data=st.data())
def test_any_records_survive_a_workbook(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    nouns = data.draw(st.lists(st.sampled_from(sorted(NOUNS)), min_size=1, max_size=3, unique=True))
    network = Network(**{noun: _sorted(data.draw(records(noun))) for noun in nouns})
    folder = tmp_path_factory.mktemp("book")
    save(network, folder / "one.xlsx")
    reading = read(folder / "one.xlsx", Network(), Manner())
    assert not reading.problems
    assert reading.network == network
    save(reading.network, folder / "two.xlsx")
    assert (folder / "one.xlsx").read_bytes() == (folder / "two.xlsx").read_bytes()


@pytest.mark.parametrize("name", ["csv", "city.xlsx", "city.yaml", "yaml"])
def test_the_city_comes_back_as_it_went(city: Network, tmp_path: Path, name: str) -> None:
    """Into nothing and over itself, and the second export is the same octets as the first."""
    kind = Kind.CSV if name == "csv" else None
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
    save(city, tmp_path / "one" / name, kind)
    for current, manner in ((Network(), Manner()), (city, Manner(replace=True)), (city, Manner())):
        loaded = load_checked(tmp_path / "one" / name, DAY, current=current, manner=manner)
        assert loaded.network == city
    save(loaded.network, tmp_path / "two" / name, kind)
    one, two = ({p.name: p.read_bytes() for p in (tmp_path / f).rglob("*.*")} for f in ("one", "two"))
    assert one == two


def test_every_field_has_a_column() -> None:
    """A field that no table holds would be lost in silence."""
    for noun, model in NOUNS.items():
        held = {(table.inside or column.path)[0] for table in tables().values() if table.noun == noun
                for column in table.columns if table.inside or column.path}  # fmt: skip
        assert held == set(model.model_fields)


def _network(noun: str, found: list[Any]) -> Network:
    return Network(**{noun: _sorted(found)})


def _sorted(found: list[Any]) -> Any:
    return tuple(sorted(found, key=lambda record: str(record.slug)))
