"""Ended at a moment of a change: every device is confirmed or restored, the change ends, no lock and no job is left."""

from collections.abc import Iterator

import pytest

from bench.drill_city import DrilledCity
from bench.kill_drill import KillDrill, Moment, Victim
from tests.support.running import RunningCity

pytestmark = pytest.mark.lab


@pytest.fixture(scope="module")
def drill(up: RunningCity) -> Iterator[KillDrill]:
    """The running city, its server with shorter timers; as it was, and well, afterwards."""
    city = DrilledCity(up.home)
    city.join()
    made = KillDrill(city)
    yield made
    made.end()
    city.join()


@pytest.mark.parametrize(
    ("victim", "moment"),
    [(Victim.API, Moment.VERIFYING), (Victim.CONTROLLER, Moment.CONFIRMING), (Victim.DEVICE, Moment.FIRST)],
)
def test_nothing_is_left_half_done(running: RunningCity, drill: KillDrill, victim: Victim, moment: Moment) -> None:
    """The whole table is in docs/evidence/kills.md. A moment that passed before it was seen is waited for once more."""
    left = drill.carry_out(victim, moment)
    if not left.reached:
        left = drill.carry_out(victim, moment)
    assert left.clean, left
