"""A canary must be within reach: the way to a device may be made by the very change it would try out."""

from automation.order import waves
from automation.settings import ChangeSettings
from inventory.demo import gliwice
from inventory.sources.files import load

CITY = load(gliwice())
NAMES = tuple(device.slug for device in CITY.configured())
SITES = frozenset(device.site for device in CITY.configured())


def test_a_device_that_does_not_answer_is_no_canary() -> None:
    ((first,),) = waves(CITY, NAMES, NAMES, SITES, ChangeSettings())[0]
    found = waves(CITY, NAMES, NAMES, SITES, ChangeSettings(), {first})
    assert found[0] != ((first,),)
    assert first in {name for wave in found[1:] for batch in wave for name in batch}


def test_without_a_device_in_reach_the_change_goes_outwards() -> None:
    assert len(waves(CITY, NAMES, NAMES, SITES, ChangeSettings(), NAMES)) == 1
