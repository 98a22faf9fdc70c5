"""Reads inventory files: every problem is collected, and what is sound is kept so that it can be checked further."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.naming import WORD_OF, object_name
from inventory.sources.document import Document, Fault
from inventory.sources.encoding import decode
from inventory.sources.octets import octets_of
from inventory.sources.problem import Problem
from inventory.sources.refusal import refusals

Place = tuple[str, int]
"""(file, line)."""
SUFFIXES = (".yaml", ".yml")
NOUN_OF_FILE = {f"{noun}.yaml": noun for noun in NOUNS}


@dataclass(frozen=True)
class Reading:
    """What was read: the facts that are sound, where each stands, the problems, and the nouns that are incomplete.

    ``notices`` are worth saying and no problem. ``pinpoint`` finds the (file, line, column) of what is said of an
    object in a table.
    """

    network: Network
    places: Mapping[tuple[str, str], Place]
    problems: tuple[Problem, ...] = ()
    incomplete: frozenset[str] = frozenset()
    notices: tuple[str, ...] = ()
    pinpoint: Callable[[str, str, str], tuple[str, int, int] | None] = lambda *_: None


@dataclass
class Reader:
    """Collects facts and problems file by file; files above ``max_mb`` (MiB) are refused unread."""

    max_mb: int
    encoding: str | None = None
    problems: list[Problem] = field(default_factory=list)
    facts: dict[str, dict[str, Record]] = field(default_factory=lambda: {noun: {} for noun in NOUNS})
    places: dict[tuple[str, str], Place] = field(default_factory=dict)
    incomplete: set[str] = field(default_factory=set)

    def result(self) -> Reading:
        """The reading, facts sorted by slug: their order carries no meaning."""
        facts = {noun: tuple(known[slug] for slug in sorted(known)) for noun, known in self.facts.items()}
        return Reading(Network(**facts), self.places, tuple(self.problems), frozenset(self.incomplete))

    def read_folder(self, folder: Path) -> None:
        """Read ``NOUN.yaml`` of every noun; a noun without a file has no facts."""
        files = {p.name: p for p in sorted(folder.iterdir()) if p.suffix in SUFFIXES and not p.name.startswith(".")}
        strange = files.keys() - NOUN_OF_FILE.keys()
        if not files:
            self._say(folder, 1, "file", "holds no inventory file", f"expected {', '.join(NOUN_OF_FILE)}")
        for name in sorted(strange):
            fix = f"rename or remove it, expected {', '.join(NOUN_OF_FILE)}"
            self._say(files[name], 1, "file", "not the name of an inventory file", fix)
        for name, noun in NOUN_OF_FILE.items():
            document = self._open(files[name]) if name in files else None
            if document is not None:
                self._read_noun(files[name], document, noun, ())
            elif name in files or strange:
                self.incomplete.add(noun)

    def read_file(self, file: Path) -> None:
        """Read one file that maps each noun to its list."""
        document = self._open(file)
        if document is None:
            self.incomplete.update(NOUNS)
            return
        content = document.value if isinstance(document.value, dict) else {}
        if not content:
            fix = f"write NOUN: and its list, NOUN one of {', '.join(NOUNS)}; or import the whole folder"
            self._say(file, 1, "file", "not a mapping of nouns to lists", fix)
        for noun in content:
            if noun in NOUNS:
                self._read_noun(file, document, noun, (noun,))
            else:
                self.incomplete.update(NOUNS.keys() - content.keys())
                fix = f"use one of {', '.join(NOUNS)}"
                self._say(file, document.line((noun,)), "file", f"unknown noun {noun!r}", fix)

    def _open(self, file: Path) -> Document | None:
        try:
            text, _ = decode(octets_of(file, self.max_mb), self.encoding or "utf-8")
            return Document(text.encode())
        except Fault as fault:
            self._say(file, fault.line, "file", fault.problem, fault.fix)
            return None

    def _read_noun(self, file: Path, document: Document, noun: str, base: tuple[str, ...]) -> None:
        items: Any = document.value[noun] if base else document.value
        before = len(self.problems)
        if items is not None and not isinstance(items, list):
            self._say(file, document.line(base), "file", f"{noun} is not a list", "start every entry with '- slug: …'")
        else:
            for number, item in enumerate(items or ()):
                self._read_record(file, document, noun, (*base, number), item)
        if len(self.problems) > before:
            self.incomplete.add(noun)

    def _read_record(self, file: Path, document: Document, noun: str, path: tuple[int | str, ...], item: Any) -> None:
        line = document.line(path)
        if not isinstance(item, dict):
            self._say(file, line, f"{WORD_OF[noun]} {path[-1]}", "not a mapping of fields", "write it as '- slug: …'")
            return
        name = object_name(noun, item["slug"]) if isinstance(item.get("slug"), str) else f"{WORD_OF[noun]} {path[-1]}"
        try:
            record = NOUNS[noun].model_validate(item)
        except ValidationError as error:
            for where, problem, fix in refusals(error, NOUNS[noun], document, path):
                self._say(file, document.line(where), name, problem, fix)
            return
        if record.slug in self.facts[noun]:
            first, at = self.places[noun, record.slug]
            self._say(file, line, name, f"the slug is taken at {first}:{at}", "give it another slug or remove one")
            return
        self.facts[noun][record.slug] = record
        self.places[noun, record.slug] = (str(file), line)

    def _say(self, file: Path, line: int, name: str, problem: str, fix: str) -> None:
        self.problems.append(Problem(str(file), line, name, problem, fix))
