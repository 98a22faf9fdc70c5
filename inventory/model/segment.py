"""Separation inside a site: zones say whose rights traffic has, VLANs carry the zones."""

from typing import Annotated

from pydantic import Field

from inventory.model.fact import Dated, Slug, Text
from inventory.model.site import SiteClass


class Zone(Dated):
    """Traffic that has the rights of a class of site, wherever it enters the network."""

    name: Text
    site_class: SiteClass


class Vlan(Dated):
    """A VLAN at a site; its number is unique there."""

    vid: Annotated[int, Field(ge=1, le=4094)]
    name: Text
    site: Slug
    zone: Slug | None = None
