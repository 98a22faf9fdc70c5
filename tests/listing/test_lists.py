"""Tables of the past make room for those of now."""

import pytest

from api.listing import lists as module
from api.listing.lists import Lists
from inventory.database.rows import Stock
from inventory.model.network import NOUNS


class Revisions:
    """Rows of revisions in which the names of three tenants change."""

    def at(self, when: float | None = None) -> Stock:
        tenants = {name: {"slug": name, "name": str(when)} for name in ("x", "y", "z")}
        nouns: dict[str, dict[str, dict[str, str]]] = {noun: {} for noun in NOUNS} | {"tenants": tenants}
        return Stock(int(when or 0), nouns)


@pytest.mark.parametrize(("most", "kept"), [(250_000, 8), (9, 3), (3, 1), (0, 1)])
def test_the_past_makes_room(most: int, kept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "ROWS_MOST", most)
    lists = Lists(Revisions())  # type: ignore[arg-type]
    for number in range(20):
        assert [row["name"] for row in lists.table("tenants", number).rows] == [str(number)] * 3
    assert len(lists._kept["tenants"]) == kept
