"""The inventory as YAML in a folder (one file per noun) or in one file, for people and for git."""

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from importlib.resources import as_file
from importlib.resources.abc import Traversable
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from pathlib import Path
from typing import Any

import yaml

from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.settings import Settings
from inventory.sources.octets import readable, replace_file
from inventory.sources.problem import BadFiles
from inventory.sources.reader import Reader, Reading

DATES = ("valid_from", "valid_to")


def read(source: Path | Traversable, max_mb: int | None = None, encoding: str | None = None) -> Reading:
    """Read a folder or a file and return facts, places and problems; BadInput when it cannot be opened."""
    reader = Reader(Settings().import_max_mb if max_mb is None else max_mb, encoding)
    with readable(source), as_file(source) as path:
        if path.is_dir():
            reader.read_folder(path)
        else:
            reader.read_file(path)
    return reader.result()


def load(source: Path | Traversable, max_mb: int | None = None) -> Network:
    """Read a folder or a file; BadFiles with every problem when any part of it cannot be accepted."""
    reading = read(source, max_mb)
    if reading.problems:
        raise BadFiles(reading.problems)
    return reading.network


def save(network: Network, folder: Path) -> None:
    """Write one file per noun: sorted by slug, defaults left out, rates in words, the same octets every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for noun in NOUNS:
        text = write_records(sorted(getattr(network, noun), key=lambda record: record.slug))
        replace_file(folder / f"{noun}.yaml", text.encode())


def write_records(records: Iterable[Record]) -> str:
    """Write records as a YAML list."""
    documents = [_ordered(r.model_dump(exclude_defaults=True, context={"for_people": True})) for r in records]
    text: str = yaml.dump(documents, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text


def save_file(network: Network, file: Path) -> None:
    """Write every noun that has records to one file."""
    parts = [(noun, sorted(getattr(network, noun), key=lambda record: record.slug)) for noun in NOUNS]
    text = "".join(f"{noun}:\n{write_records(records)}" for noun, records in parts if records)
    replace_file(file, text.encode())


def _ordered(fields: dict[str, Any]) -> dict[str, Any]:
    """What a record is comes first, how long it holds last."""
    return {k: v for k, v in fields.items() if k not in DATES} | {k: fields[k] for k in DATES if k in fields}


class _Dumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    """Writes the types of the model as plain text and never uses aliases."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _plain(dumper: Any, value: object) -> yaml.ScalarNode:
    node: yaml.ScalarNode = dumper.represent_str(str(value))
    return node


def _date(dumper: Any, value: date) -> yaml.ScalarNode:
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:timestamp", value.isoformat())
    return node


_Dumper.add_multi_representer(StrEnum, _plain)
_Dumper.add_representer(date, _date)
for _type in (IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network):
    _Dumper.add_representer(_type, _plain)
