"""Who the network belongs to: communes, their organisations, the regional programme."""

from enum import StrEnum

from inventory.model.fact import Dated, Slug, Text


class TenantKind(StrEnum):
    """Level of a tenant in the chain commune → organisation → site."""

    PROGRAMME = "programme"
    COMMUNE = "commune"
    ORGANISATION = "organisation"


class Tenant(Dated):
    """A commune or one of its organisations."""

    name: Text
    kind: TenantKind
    parent: Slug | None = None
