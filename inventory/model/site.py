"""Sites: institutions, hotspots and technical rooms, with everything reports need about them."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from inventory.model.fact import Dated, Fact, Slug, Text
from inventory.model.place import Address, Coordinates
from inventory.model.rate import Rate


class SiteClass(StrEnum):
    """What a site is; entitlements are given to classes."""

    OFFICE = "office"
    FINANCE_OFFICE = "finance-office"
    TREASURY = "treasury"
    UNIT = "unit"
    SCHOOL = "school"
    LIBRARY = "library"
    CULTURE = "culture"
    CLINIC = "clinic"
    HOTSPOT = "hotspot"
    CAMERA = "camera"
    TRAFFIC_SIGNAL = "traffic-signal"
    POP = "pop"
    DATACENTRE = "datacentre"


class AccessPoint(Fact):
    """One radio of a hotspot, with the fields WiFi4EU asks for."""

    number: Annotated[int, Field(ge=1)]
    brand: Text
    model: Text
    serial: Text
    mac: Annotated[str, Field(pattern=r"^([0-9a-f]{2}:){5}[0-9a-f]{2}$")]
    indoor: bool
    location: Text
    location_type: Text
    coordinates: Coordinates


class HotspotPolicy(Fact):
    """Rules of use for a span of days; older decisions had ceilings, today's minimum is 30 Mb/s."""

    down: Rate
    up: Rate
    session_minutes: Annotated[int, Field(gt=0)] | None = None
    valid_from: date | None = None
    valid_to: date | None = None


class Hotspot(Fact):
    """A public hotspot installation."""

    network_name: Text
    domain: Text
    url: Text
    snippet_id: Text | None = None
    access_points: tuple[AccessPoint, ...] = ()
    policies: tuple[HotspotPolicy, ...] = ()

    def policy_on(self, day: date) -> HotspotPolicy | None:
        """Return the first policy in force on the day."""
        for policy in self.policies:
            if (policy.valid_from or day) <= day <= (policy.valid_to or day):
                return policy
        return None


class Site(Dated):
    """A place that uses or carries the network."""

    name: Text
    site_class: SiteClass
    tenant: Slug
    district: Text
    address: Address
    coordinates: Coordinates
    people_served: Annotated[int, Field(ge=0)] = 0
    opening_hours: Text | None = None
    funding_project: Slug | None = None
    contact: Slug | None = None
    hotspot: Hotspot | None = None
