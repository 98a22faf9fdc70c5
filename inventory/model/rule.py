"""Zone rules: operators' own first-match filter rules, placed before those derived from entitlements."""

from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network
from typing import Annotated

from pydantic import Field

from inventory.model.fact import Dated, Slug, Text
from inventory.model.site import SiteClass


class Action(StrEnum):
    """What a rule does with a packet that matches."""

    PERMIT = "permit"
    DENY = "deny"


class RuleProtocol(StrEnum):
    """Protocol a rule matches."""

    ANY = "any"
    TCP = "tcp"
    UDP = "udp"
    ICMP = "icmp"


class ZoneRule(Dated):
    """A rule for traffic from the LAN of the named sites and of all sites of the named classes, lowest order first.

    It is enforced by the gateways of these sites; with ``routers``, by those routers on what they forward instead, and
    no site and no class then means traffic from anywhere.
    """

    order: Annotated[int, Field(ge=0)]
    sites: tuple[Slug, ...] = ()
    classes: tuple[SiteClass, ...] = ()
    routers: tuple[Slug, ...] = ()
    action: Action
    protocol: RuleProtocol = RuleProtocol.ANY
    destinations: tuple[IPv4Network | IPv6Network, ...] = ()
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = ()
    comment: Text
