"""One seeded change of each class of the drill: a bad one undoes itself, a good one that looks alarming stays."""

import pytest

from bench.change_cases import CASES
from bench.change_drill import ChangeDrill
from bench.change_edits import Case
from bench.drill_city import DrilledCity
from tests.support.running import RunningCity

pytestmark = pytest.mark.lab

BAD = (
    "deny-first",
    "chain-swapped",
    "lan-not-announced",
    "dns-refused-at-the-gateway",
    "big-packets-dropped",
    "no-masquerade",
    "replies-black-holed",
    "cost-into-a-dead-end",
    "shaped-to-nothing",
    "no-ssh",
    "wrong-lan-address",
)
GOOD = ("entitlement-withdrawn", "permits-in-another-order")


def _named(names: tuple[str, ...]) -> tuple[Case, ...]:
    return tuple(case for case in CASES if case.name in names)


@pytest.fixture(scope="module")
def drill(up: RunningCity) -> ChangeDrill:
    """Changes of the running city."""
    city = DrilledCity(up.home)
    city.join()
    return ChangeDrill(city)


def test_the_quick_ones_are_one_of_each_class() -> None:
    assert {case.kind for case in _named(BAD)} == {case.kind for case in CASES if case.bad}
    assert len(_named(BAD)) == len({case.kind for case in _named(BAD)})


@pytest.mark.parametrize("case", _named(BAD), ids=lambda case: case.name)
def test_a_bad_change_undoes_itself(running: RunningCity, drill: ChangeDrill, case: Case) -> None:
    """Rolled back, the devices as before, and every cell it harmed ok again."""
    ended = drill.carry_out(case)
    assert ended.as_expected, ended
    assert ended.harmed or case.name == "no-ssh", "a fault that hurts nobody shows nothing"


@pytest.mark.parametrize("case", _named(GOOD), ids=lambda case: case.name)
def test_a_good_change_is_kept(running: RunningCity, drill: ChangeDrill, case: Case) -> None:
    """However alarming it looks: confirmed, and no cell lost that anybody is entitled to."""
    ended = drill.carry_out(case)
    assert ended.as_expected, ended
