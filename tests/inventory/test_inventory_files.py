"""Files and facts turn into each other without loss, and always into the same octets."""

import string
from pathlib import Path

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from inventory.demo import gliwice
from inventory.errors import BadInput
from inventory.model.link import Circuit
from inventory.model.network import NOUNS, Network
from inventory.model.rate import UNITS, format_rate, parse_rate
from inventory.model.tenant import Tenant
from inventory.schema import describe_fields, schema_document
from inventory.sources.files import load, read, save, write_records

TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1).map(str.strip).filter(bool)


def octets(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_saving_what_was_loaded_loses_nothing(city: Network, tmp_path: Path) -> None:
    save(city, tmp_path / "one")
    again = load(tmp_path / "one")
    assert again == city
    save(again, tmp_path / "two")
    assert octets(tmp_path / "one") == octets(tmp_path / "two")


def test_the_demonstration_city_is_as_we_write_it(city: Network, tmp_path: Path) -> None:
    save(city, tmp_path)
    assert octets(tmp_path) == {path.name: path.read_bytes() for path in gliwice().iterdir()}


def test_order_carries_no_meaning(city: Network, tmp_path: Path) -> None:
    turned = city.model_copy(update={noun: tuple(reversed(getattr(city, noun))) for noun in NOUNS})
    save(turned, tmp_path)
    assert load(tmp_path) == city


def test_saving_again_replaces_what_was_there(city: Network, tmp_path: Path) -> None:
    save(city, tmp_path)
    save(Network(), tmp_path)
    assert load(tmp_path) == Network()


@pytest.mark.parametrize(
    ("text", "told"),
    [("2466011", "2466011"), ("'0012'", "0012"), ("0012", "0012"), ("no", "no"), ("12:30", "12:30"), ("1e3", "1e3")],
)
def test_a_plain_value_is_what_it_looks_like(text: str, told: str, tmp_path: Path) -> None:
    """YAML would make numbers, truth values and times of day of these; the field is text, so they are text."""
    (tmp_path / "tenants.yaml").write_text(f"- slug: a\n  name: {text}\n  kind: commune\n")
    assert load(tmp_path).tenants[0].name == told


@given(name=TEXTS)
def test_any_name_survives(name: str) -> None:
    tenant = Tenant.model_validate({"slug": "a", "name": name, "kind": "commune"})
    (read_back,) = yaml.load(write_records([tenant]), Loader=yaml.BaseLoader)
    assert Tenant.model_validate(read_back) == tenant


@given(down=st.integers(1, 10**13), up=st.integers(1, 10**13))
def test_any_rate_survives(down: int, up: int) -> None:
    fields = {"slug": "c", "provider": "p", "medium": "fibre", "rate": {"down": down, "up": up}}
    circuit = Circuit.model_validate(fields)
    (read_back,) = yaml.load(write_records([circuit]), Loader=yaml.BaseLoader)
    assert read_back["rate"]["down"].split()[1] in UNITS
    assert Circuit.model_validate(read_back) == circuit


@given(st.integers(1, 10**15))
def test_a_rate_is_read_as_it_is_written(rate: int) -> None:
    assert parse_rate(format_rate(rate)) == rate


@given(st.binary(max_size=200) | st.text(string.printable, max_size=200).map(str.encode))
def test_no_file_brings_the_reader_down(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Whatever the octets, the answer is facts or problems."""
    file = tmp_path_factory.mktemp("any") / "tenants.yaml"
    file.write_bytes(content)
    reading = read(file.parent)
    assert reading.problems or len(reading.network.tenants) == len(reading.places)


def test_a_source_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="nowhere: cannot be read: No such file or directory"):
        load(tmp_path / "nowhere")


def test_the_schema_accepts_the_city_and_refuses_what_we_refuse(city: Network) -> None:
    schema = schema_document()
    people = city.model_dump(mode="json", exclude_defaults=True, context={"for_people": True})
    jsonschema.validate(people, schema)
    people["circuits"][0]["rate"]["down"] = "300 Mbps"
    with pytest.raises(jsonschema.ValidationError, match="300 Mbps"):
        jsonschema.validate(people, schema)


def test_every_field_is_described() -> None:
    described = {(noun, name) for noun, name, *_ in describe_fields()}
    assert described == {(noun, name) for noun, kind in NOUNS.items() for name in kind.model_fields}
    assert ("circuits", "rate", "yes", "{down, up}") in set(describe_fields())
