"""Who the network belongs to, who answers for it, who carries its lines, and who paid for it."""

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


class Contact(Dated):
    """Whom to call: a duty or an office, never a private person."""

    role: Text
    email: Text | None = None
    phone: Text | None = None
    tenant: Slug | None = None


class Provider(Dated):
    """An operator of lines, the city's own company included."""

    name: Text
    contact: Slug | None = None
    contract: Text | None = None


class FundingProject(Dated):
    """A project of public money; reports to the regulator and to the programme quote its number."""

    name: Text
    number: Text
    programme: Text | None = None
