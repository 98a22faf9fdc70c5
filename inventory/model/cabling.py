"""Rooms and the cables between ports, patch panels included."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from inventory.model.device import Port
from inventory.model.fact import Dated, Slug, Text


class Room(Dated):
    """Where equipment stands inside a site."""

    name: Text
    site: Slug
    floor: Text | None = None


class CableKind(StrEnum):
    """What a cable is made of."""

    SINGLE_MODE = "single-mode"
    MULTI_MODE = "multi-mode"
    COPPER = "copper"
    DIRECT_ATTACH = "direct-attach"


class Cable(Dated):
    """One piece of cable between two ports; a port takes one cable."""

    a: Port
    b: Port
    kind: CableKind
    length_m: Annotated[float, Field(gt=0)] | None = None
    label: Text | None = None

    @property
    def ports(self) -> tuple[str, str]:
        """Both ends."""
        return self.a, self.b
