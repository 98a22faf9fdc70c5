"""The worked example of the guide is executed, and its figures stand in the text above it."""

import doctest
from pathlib import Path

from monitoring.equality.formula import Part
from monitoring.settings import EqualitySettings

GUIDE = Path(__file__).parents[3] / "docs" / "guide" / "equal-access.md"


def test_the_worked_example_comes_out() -> None:
    found = doctest.testfile(str(GUIDE), module_relative=False)
    assert found.attempted == 6
    assert found.failed == 0
    assert "= 61.2" in GUIDE.read_text()


def test_the_table_of_weights_is_that_of_the_settings() -> None:
    rows = [line.split("|") for line in GUIDE.read_text().splitlines() if line.startswith("| `")]
    told = {row[1].strip(" `"): float(row[3]) for row in rows if row[1].strip(" `") in set(Part)}
    assert told == {str(part): getattr(EqualitySettings(), f"weight_{part}") for part in Part}
