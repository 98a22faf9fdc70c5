"""E-services: what residents and offices use, and who is entitled to it."""

from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address
from typing import Annotated

from pydantic import Field

from inventory.model.fact import Dated, Fact, Slug, Text
from inventory.model.site import SiteClass


class Exposure(StrEnum):
    """From how far a service may be used."""

    PUBLIC = "public"
    REGIONAL = "regional"
    INTERNAL = "internal"


class Protocol(StrEnum):
    """How a service is spoken to, and so which kind of probe verifies it."""

    HTTPS = "https"
    HTTP = "http"
    TLS = "tls"
    TCP = "tcp"
    DNS = "dns"
    ICMP = "icmp"


class Endpoint(Fact):
    """Where a service answers and what a healthy answer looks like."""

    dns_name: Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$")]
    addresses: tuple[IPv4Address | IPv6Address, ...]
    protocol: Protocol = Protocol.HTTPS
    port: Annotated[int, Field(ge=1, le=65535)] = 443
    path: Annotated[str, Field(pattern=r"^/")] = "/"
    expect_status: Annotated[int, Field(ge=100, le=599)] = 200
    expect_text: Text | None = None


class ChannelKind(StrEnum):
    """By which way a service can be used, after CPSV-AP."""

    WEB = "web"
    MOBILE = "mobile"
    PHONE = "phone"
    OFFICE = "office"


class Channel(Fact):
    """One way to use a service; ``address`` is a web address, a telephone number or a place."""

    kind: ChannelKind
    address: Text | None = None
    opening_hours: Text | None = None
    restriction: Text | None = None


class Service(Dated):
    """An e-service with the mandatory properties of CPSV-AP 3.2.0 and how it is hosted."""

    identifier: Text
    name_pl: Text
    name_en: Text
    description: Text
    competent_authority: Text
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]
    exposure: Exposure
    host: Slug
    owner: Text
    criticality: Annotated[int, Field(ge=1, le=4)]
    slo_percent: Annotated[float, Field(gt=0, le=100)]
    endpoint: Endpoint
    depends_on: tuple[Slug, ...] = ()
    note: Text | None = None


class Entitlement(Dated):
    """The classes of site that may use a service."""

    service: Slug
    classes: tuple[SiteClass, ...]


class Effect(StrEnum):
    """Direction of an exception."""

    ALLOW = "allow"
    DENY = "deny"


class EntitlementException(Dated):
    """A dated departure from the entitlement for one site."""

    site: Slug
    service: Slug
    effect: Effect
    reason: Text
