"""Links, the circuits they ride on, and the risks they share."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from inventory.model.device import Port
from inventory.model.fact import Dated, Fact, Slug, Text
from inventory.model.rate import Rate


class Medium(StrEnum):
    """What carries a circuit."""

    FIBRE = "fibre"
    RADIO = "radio"
    LTE = "lte"
    LEASED = "leased"


class RiskKind(StrEnum):
    """What several links can lose together."""

    DUCT = "duct"
    ROUTE = "route"
    POWER = "power"
    PROVIDER = "provider"


class RiskGroup(Dated):
    """A shared-risk group: one cause that takes down every member."""

    name: Text
    kind: RiskKind


class Fibres(Fact):
    """Fibre counts of a cable."""

    used: Annotated[int, Field(ge=0)]
    available: Annotated[int, Field(ge=0)]


class RadioLicence(Fact):
    """Licence of a radio line."""

    number: Text
    band: Text
    valid_to: date | None = None


class Rates(Fact):
    """Capacity in each direction; down is towards end ``b`` of the link (the site)."""

    down: Rate
    up: Rate


class Circuit(Dated):
    """A contracted or own line; its rate is defined here and nowhere else. Money is PLN per month or one-off."""

    provider: Slug
    medium: Medium
    rate: Rates
    fibres: Fibres | None = None
    radio_licence: RadioLicence | None = None
    lead_time_days: Annotated[int, Field(ge=0)] | None = None
    monthly_cost: Annotated[float, Field(ge=0)] | None = None
    upgrade_cost: Annotated[float, Field(ge=0)] | None = None
    funding_project: Slug | None = None


class Link(Dated):
    """A point-to-point connection; ``a`` is the end nearer to the core, ``b`` the other."""

    a: Port
    b: Port
    circuit: Slug
    srgs: tuple[Slug, ...] = ()
    ospf_cost: Annotated[int, Field(ge=1, le=65535)] = 10

    @property
    def ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        """(device, interface) of end a and of end b."""
        (a_device, _, a_port), (b_device, _, b_port) = self.a.partition(":"), self.b.partition(":")
        return (a_device, a_port), (b_device, b_port)

    @property
    def devices(self) -> tuple[str, str]:
        """Names of the devices at end a and at end b."""
        return self.ends[0][0], self.ends[1][0]
