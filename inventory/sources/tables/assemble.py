"""Rows become facts: laid over what the inventory holds, so that a file says only what it wants to say.

A row creates the record it names or updates the columns the file has; nothing is deleted unless ``replace`` is asked
for, which makes every table that was read complete. A list (the interfaces of a device) is updated by the name of each
thing in it; where things have no name, the rows of an owner are its whole list.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from inventory.model.fact import Record
from inventory.model.network import NOUNS, Network
from inventory.naming import WORD_OF, object_name
from inventory.sources.problem import Problem
from inventory.sources.reader import Reading
from inventory.sources.tables.cells import BadCell, read
from inventory.sources.tables.columns import Form, Table, tables
from inventory.sources.tables.draft import Body, Draft, Path, Row, dig, lay
from inventory.sources.tables.grid import Cell, Grid
from inventory.sources.tables.header import read_header
from inventory.sources.tables.validate import validate


@dataclass
class Assembler:
    """Collects the rows of tables over ``current`` and makes facts and problems of them."""

    current: Network
    replace: bool = False
    problems: list[Problem] = field(default_factory=list)
    incomplete: set[str] = field(default_factory=set)
    _drafts: dict[str, dict[str, Draft]] = field(default_factory=lambda: {noun: {} for noun in NOUNS})
    _known: dict[str, dict[str, Record]] = field(default_factory=dict)
    _read: set[str] = field(default_factory=set)

    def add(self, table: Table, grid: Grid) -> None:
        """Take in the rows of a table; a noun before its lists."""
        before = len(self.problems)
        header, said = read_header(table, grid)
        self.problems += said
        self._read.add(table.name)
        if table.owner in header.number:
            for line, cells in grid.rows:
                if any(cells):
                    self._row(Row(header, line), cells)
        if len(self.problems) > before:
            self.incomplete.add(table.noun)

    def refuse(self, problem: Problem) -> None:
        """Note a file that cannot be read: what is in it is not known, so no noun is complete."""
        self.problems.append(problem)
        self.incomplete.update(NOUNS)

    def result(self) -> Reading:
        """The network with the rows laid over it, where each record stands, and every problem."""
        facts: dict[str, tuple[Record, ...]] = {}
        for noun in NOUNS:
            known = dict(self._complete(noun) if self.replace else self._records(noun))
            drafts = self._drafts[noun]
            records, problems = validate(noun, drafts)
            known |= {slug: known[slug] if known.get(slug) == record else record for slug, record in records.items()}
            self.problems += problems
            if problems:
                self.incomplete.add(noun)
            facts[noun] = tuple(known[slug] for slug in sorted(known))
        found, incomplete = tuple(self.problems), frozenset(self.incomplete)
        return Reading(Network(**facts), {}, found, incomplete, pinpoint=self._pinpoint)

    def _pinpoint(self, noun: str, slug: str, problem: str) -> tuple[str, int, int] | None:
        """The row and column a sentence about an object speaks of: those whose names are words of it."""
        draft = self._drafts[noun].get(slug)
        spot = draft.spot(()) if draft else None
        if draft is None or spot is None:
            return None
        words = problem.replace(":", " ").replace(",", " ").split()
        row = next((row for listed in draft.lists.values() for row in map(listed.row_of, words) if row), spot.row)
        numbers = (row.header.number.get(f"{words[0]}{ending}", 0) for ending in ("", "es", "s"))
        return row.header.place, row.line, next(filter(None, numbers), 0)

    def _complete(self, noun: str) -> dict[str, Record]:
        """The records that stay when the tables that were read are all there is."""
        known, drafts = self._records(noun), self._drafts[noun]
        for table in tables().values():
            if table.noun == noun and table.inside and table.name in self._read:
                for slug, record in known.items():
                    if slug not in drafts and dig(record, table.inside):
                        drafts[slug] = self._draft(noun, slug)
                for draft in drafts.values():
                    draft.list_of(table, replace=True)
        gone = known.keys() - {slug for slug, draft in drafts.items() if draft.row} if noun in self._read else set()
        for slug in gone:
            drafts.pop(slug, None)
        return {slug: record for slug, record in known.items() if slug not in gone}

    def _row(self, row: Row, cells: Sequence[Cell]) -> None:
        """Take in one row of a noun or of a list."""
        header, table = row.header, row.header.table
        at = header.number[table.owner]
        slug = cells[at - 1] if at <= len(cells) else ""
        word = WORD_OF[table.noun]
        if len(cells) < len(header.names):
            problem = f"the row has {len(cells)} cells, the header {len(header.names)}"
            self._say(row, 0, word, problem, "write every cell, also the empty ones")
        elif not slug:
            self._say(row, at, word, f"{table.owner} is missing", "name the object the row is about")
        elif isinstance(slug, BadCell):
            self._say(row, at, word, slug.problem, slug.fix)
        else:
            if header.nameless or len(cells) > len(header.names):
                self._strays(row, object_name(table.noun, slug), cells)
            (self._thing if table.inside else self._object)(row, slug, cells)

    def _object(self, row: Row, slug: str, cells: Sequence[Cell]) -> None:
        """Take in the row of a record."""
        noun = row.header.table.noun
        known = self._drafts[noun].get(slug)
        if known is not None and known.row is not None:
            problem = f"the slug is taken at {known.row.header.place}:{known.row.line}"
            name = object_name(noun, slug)
            self._say(row, row.header.number["slug"], name, problem, "give it another slug or remove one")
            return
        draft = self._drafts[noun][slug] = known or self._draft(noun, slug)
        draft.row = row
        self._fill(row, slug, cells, draft, (), draft.body)

    def _thing(self, row: Row, owner: str, cells: Sequence[Cell]) -> None:
        """Take in the row of one thing in a list."""
        table, noun = row.header.table, row.header.table.noun
        draft = self._drafts[noun].get(owner)
        if draft is None:
            if owner not in self._records(noun) or (self.replace and noun in self._read):
                problem = f"{table.owner} names the {WORD_OF[noun]} {owner!r}, which does not exist"
                fix = f"correct the name or add it to {noun}"
                self._say(row, row.header.number[table.owner], object_name(noun, owner), problem, fix)
                return
            draft = self._drafts[noun][owner] = self._draft(noun, owner)
        listed = draft.list_of(table, self.replace)
        at = row.header.number.get(table.key, 0)
        name = cells[at - 1] if at else ""
        key = str(int(name)) if isinstance(name, str) and name.isdecimal() else str(name)
        first = listed.row_of(key)
        if first is not None:
            problem = f"{table.key} {key!r} of {object_name(noun, owner)} stands already in row {first.line}"
            self._say(row, at, object_name(noun, owner), problem, "rename or remove one")
            return
        index = listed.take(key, row)
        self._fill(row, owner, cells, draft, (*table.inside, index), listed.bodies[index])

    def _fill(self, row: Row, slug: str, cells: Sequence[Cell], draft: Draft, above: Path, body: Body) -> None:
        """Lay the cells of a row into a record or a thing of a list; what cannot be read is said."""
        for number, column in row.header.fields:
            cell = cells[number - 1]
            if cell is None:
                continue
            try:
                if isinstance(cell, BadCell):
                    raise cell
                empty: list[str] | None = [] if column.form is Form.LIST else None
                lay(body, column.path, read(cell, column) if cell else empty)
            except BadCell as bad:
                draft.told.add((*above, *column.path))
                self._say(row, number, object_name(row.header.table.noun, slug), bad.problem, bad.fix)

    def _strays(self, row: Row, name: str, cells: Sequence[Cell]) -> None:
        """Say which cells stand under no name."""
        names = row.header.names
        for number, cell in enumerate(cells, 1):
            if cell and (number > len(names) or not names[number - 1]):
                problem = f"{str(cell)!r} stands in a column without a name"
                self._say(row, number, name, problem, "name the column or clear the cell")

    def _draft(self, noun: str, slug: str) -> Draft:
        """What the inventory says of a record, ready to be changed."""
        record = self._records(noun).get(slug)
        body = {} if record is None else record.model_dump(mode="json", exclude_defaults=True)
        return Draft(body)

    def _records(self, noun: str) -> dict[str, Record]:
        """The records of a noun in the inventory, by slug."""
        if noun not in self._known:
            self._known[noun] = {record.slug: record for record in getattr(self.current, noun)}
        return self._known[noun]

    def _say(self, row: Row, column: int, name: str, problem: str, fix: str) -> None:
        self.problems.append(Problem(row.header.place, row.line, name, problem, fix, column))
