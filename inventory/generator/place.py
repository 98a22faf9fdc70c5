"""Where an invented site stands: somewhere in its commune."""

from typing import Any

from inventory.generator.communes import DISTRICTS, STREETS, Commune
from inventory.generator.dice import Dice
from inventory.model.place import Address, Coordinates

SPREAD = 0.035
"""Degrees around the middle of a commune."""


def place(dice: Dice, commune: Commune) -> dict[str, Any]:
    """District, address and coordinates."""
    address = Address(
        street=dice.one(STREETS), house_number=str(dice.between(1, 140)), city=commune.name, terc=commune.terc
    )
    at = Coordinates(latitude=dice.near(commune.latitude, SPREAD), longitude=dice.near(commune.longitude, SPREAD * 1.5))
    return {"district": dice.one(DISTRICTS), "address": address, "coordinates": at}
