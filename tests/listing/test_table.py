"""The table finds and sorts what a slow and simple reading of the rules finds and sorts."""

import operator
from functools import cmp_to_key
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api.listing.table import Condition, Op, Table

WORDS = ["alfa", "Alfa", "łąka", "laka", "Zet", "żet", "", "beta beta", "10", "9"]
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), st.sampled_from(WORDS), st.just(0.5))
ROWS = st.lists(
    st.fixed_dictionaries(
        {"slug": st.uuids().map(str), "a": SCALARS, "many": st.lists(SCALARS, max_size=3)},
        optional={
            "deep": st.one_of(st.none(), st.fixed_dictionaries({}, optional={"x": SCALARS, "y": SCALARS})),
            "list": st.lists(st.fixed_dictionaries({"x": SCALARS}), max_size=2),
        },
    ),
    max_size=8,
)
FIELDS = st.sampled_from(["a", "many", "deep.x", "list.x", "deep", "not.there"])


@st.composite
def conditions(draw: st.DrawFn) -> Condition:
    op = draw(st.sampled_from(Op))
    if op is Op.EMPTY:
        return Condition(draw(FIELDS), op, (draw(st.booleans()),))
    values = SCALARS if op in (Op.EXACT, Op.IN, Op.N) else SCALARS.filter(lambda v: v is not None)
    return Condition(draw(FIELDS), op, tuple(draw(st.lists(values, min_size=1, max_size=3))))


def held(row: Any, field: str) -> list[Any]:
    """Values of a field, read the slow way; an object that is there counts as one value nothing equals."""
    found = [row]
    for step in [*field.split("."), None]:
        while any(isinstance(f, list) for f in found):
            found = [x for f in found for x in (f if isinstance(f, list) else [f])]
        if step is not None:
            found = [f.get(step) for f in found if isinstance(f, dict)]
    return [object() if isinstance(f, dict) else f for f in found if f is not None and f != {}]


def fits(row: Any, condition: Condition) -> bool:
    values, wanted = held(row, condition.field), condition.values
    equal = any(v == w for v in values for w in wanted) or (not values and None in wanted)
    match condition.op:
        case Op.EXACT | Op.IN:
            return equal
        case Op.N:
            return not equal
        case Op.EMPTY:
            return bool((not values) == wanted[0])
    simple = [v for v in values if isinstance(v, str | int | float)]
    if condition.op is Op.IC:
        return any(str(w).casefold() in str(v).casefold() for v in simple for w in wanted)
    compare = getattr(operator, {"gte": "ge", "lte": "le"}.get(condition.op, condition.op))
    return any(compare(v, w) for v in simple for w in wanted if isinstance(v, str) == isinstance(w, str))


@given(rows=ROWS, wanted=st.lists(conditions(), max_size=3))
@settings(max_examples=300)
def test_conditions_find_what_the_rules_say(rows: list[Any], wanted: list[Condition]) -> None:
    table = Table(rows)
    expected = [n for n, row in enumerate(rows) if all(fits(row, c) for c in wanted)]
    assert list(table.where(wanted)) == expected
    assert list(table.where(wanted)) == expected, "asked again, from the index"


LETTERS = "aąbcćdeęfghijklłmnńoóprsśtuwyzźż"


def before(one: str, other: str) -> int:
    """-1, 0, 1 by the Polish alphabet, letter by letter; then by code."""
    for a, b in zip(one.casefold(), other.casefold(), strict=False):
        if a != b:
            both = (LETTERS.find(a), LETTERS.find(b))
            return (
                -1
                if (both if min(both) >= 0 else (ord(a), ord(b))) < (both[::-1] if min(both) >= 0 else (ord(b), ord(a)))
                else 1
            )
    return (len(one) > len(other)) - (len(one) < len(other)) or (one > other) - (one < other)


@given(texts=st.lists(st.text("abzźżłloó ", max_size=4)), descending=st.booleans())
def test_text_is_sorted_by_the_polish_alphabet(texts: list[str], descending: bool) -> None:
    table = Table({"slug": str(n), "t": t} for n, t in enumerate(texts))
    found = [texts[i] for i in table.order(range(len(texts)), ["-t" if descending else "t"])]
    assert found == sorted(texts, key=cmp_to_key(before), reverse=descending)


@given(rows=st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 3)), st.integers(0, 2))))
def test_sorting_is_stable_and_puts_nothing_last(rows: list[tuple[int | None, int]]) -> None:
    table = Table({"slug": str(n), "a": a, "b": b} for n, (a, b) in enumerate(rows))
    order = [rows[i] + (i,) for i in table.order(range(len(rows)), ["-a", "b"])]
    assert order == sorted(order, key=lambda r: (r[0] is None, -(r[0] or 0), r[1], r[2]))


@pytest.mark.parametrize(("text", "found"), [("sosnica", [0]), ("ŁABĘDY szkoła", [1]), ("2", [1, 2]), ("name", [])])
def test_words_are_found_anywhere_without_accents(text: str, found: list[int]) -> None:
    table = Table(
        [
            {"slug": "a", "name": "Biblioteka Sośnica"},
            {"slug": "b", "address": {"city": "Łabędy"}, "tags": ["Szkoła 2"]},
            {"slug": "c", "list": [{"x": "2"}]},
        ]
    )
    assert table.search(text, range(3)) == found


def test_rows_are_encoded_once() -> None:
    table = Table([{"slug": "a", "name": "Łabędy"}])
    assert orjson.loads(table.encoded(0)) == table.rows[0]
    assert table.encoded(0) is table.encoded(0)
    assert (table.by_slug["a"], len(table)) == (0, 1)
