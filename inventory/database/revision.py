"""A numbered write to the inventory, and one line of its history."""

from dataclasses import dataclass, field
from datetime import UTC, datetime

from inventory.day import ZONE
from inventory.diff import Body, Change, Changes
from inventory.errors import RefusedRequest, UnknownObject, WrongUsage
from inventory.model.fact import Record
from inventory.model.network import NOUNS


@dataclass(frozen=True, slots=True)
class Revision:
    """Who wrote what, when (epoch seconds UTC) and why. Number 0 is the empty inventory before the first write."""

    id: int
    at: float
    who: str
    why: str
    changes: Changes = field(default_factory=Changes)


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """What one revision did to one record; ``before`` and ``after`` are the record as JSON, null where it was not."""

    revision: Revision
    noun: str
    slug: str
    before: Body | None
    after: Body | None

    @property
    def change(self) -> Change:
        """The change as facts."""
        return Change(self.noun, self.slug, self._record(self.before), self._record(self.after))

    def _record(self, body: Body | None) -> Record | None:
        return None if body is None else NOUNS[self.noun].model_validate(body)


class Superseded(RefusedRequest):
    """Somebody else wrote to the inventory after the state a change was based on."""

    def __init__(self, based_on: int, current: int) -> None:
        super().__init__(
            f"the inventory is at revision {current}, the change was made from revision {based_on}",
            fix="read it again, repeat the change and write it",
        )


When = int | float
"""A revision number (int) or an instant in epoch seconds UTC (float)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which changes of records are wanted: of a noun, of one record, from a moment to another, both included."""

    noun: str | None = None
    slug: str | None = None
    since: When | None = None
    until: When | None = None


YEARS = range(1970, 9999)
"""Years whose moments every clock and calendar we use can hold, in every time zone."""

MOST_DIGITS = 9
"""No revision has more; what is longer would not fit the database either."""

EVERYTHING = Asked()
"""All changes of all records."""


def parse_moment(text: str | None) -> When | None:
    """Read a moment as ``parse_when`` does; null, which is now, when none is given."""
    return None if text is None else parse_when(text)


def parse_when(text: str) -> When:
    """Read ``12`` (a revision), ``2026-11-22`` (its end in Poland) or an instant, in UTC when it has no offset."""
    if text.isdecimal():
        number = text.lstrip("0") or "0"
        if len(number) > MOST_DIGITS:
            raise UnknownObject("there is no revision of so many digits", fix="see silesianet inventory history")
        return int(number)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        fix = "write a revision number, a date such as 2026-11-22, or an instant such as 2026-11-22T10:00:00Z"
        raise WrongUsage(f"{text!r} is neither a revision nor an instant", fix=fix) from error
    if len(text) <= len("2026-11-22"):
        moment = moment.replace(hour=23, minute=59, second=59, microsecond=999_999, tzinfo=ZONE)
    if moment.year not in YEARS:
        fix = f"name a moment of the years {YEARS.start} to {YEARS.stop - 1}"
        raise WrongUsage(f"{text!r} is too far away", fix=fix)
    return moment.replace(tzinfo=moment.tzinfo or UTC).timestamp()
