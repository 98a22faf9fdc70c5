"""Names of the vocabularies of JSON-LD documents, and the small things both catalogues say in the same way.

Documents carry their context, so that nobody needs the network to read them. Codes are those of the EU's authority
tables. Each thing a shape wants to be of a class says its class itself.
"""

from typing import Any

from inventory.model.network import Network
from inventory.model.tenant import TenantKind
from monitoring.settings import OpenDataSettings

CONTEXT = {
    "adms": "http://www.w3.org/ns/adms#",
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
AUTHORITY = "http://publications.europa.eu/resource/authority/"

type Node = dict[str, Any]


def texts(polish: str, english: str | None = None) -> list[Node]:
    """A text in Polish, and in English where there is one."""
    found = [{"@value": polish, "@language": "pl"}]
    return found if english is None else [*found, {"@value": english, "@language": "en"}]


def coded(table: str, code: str, kind: str) -> Node:
    """A code of one of the EU's tables, with its class."""
    return {"@id": f"{AUTHORITY}{table}/{code}", "@type": kind}


def concept(identifier: str, polish: str, english: str) -> Node:
    """A concept with its labels."""
    return {"@id": identifier, "@type": "skos:Concept", "skos:prefLabel": texts(polish, english)}


def moment(text: str | None) -> Node:
    """An instant, RFC 3339, as typed literal."""
    return {"@value": text, "@type": "xsd:dateTime"}


def languages() -> list[Node]:
    """Polish and English."""
    return [coded("language", code, "dct:LinguisticSystem") for code in ("POL", "ENG")]


def place(network: Network, base: str) -> Node:
    """The area the network serves, as a box around its sites."""
    found: Node = {
        "@id": f"{base}/open-data/id/area",
        "@type": "dct:Location",
        "skos:prefLabel": texts(publisher(network)),
    }
    where = [site.coordinates for site in network.sites]
    if where:
        west, east = (pick(c.longitude for c in where) for pick in (min, max))
        south, north = (pick(c.latitude for c in where) for pick in (min, max))
        corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
        ring = ", ".join(f"{x} {y}" for x, y in corners)
        found["dcat:bbox"] = {"@value": f"POLYGON(({ring}))", "@type": "geo:wktLiteral"}
    return found


def publisher(network: Network) -> str:
    """Who publishes: as set, else the commune of the inventory."""
    communes = [tenant.name for tenant in network.tenants if tenant.kind is TenantKind.COMMUNE]
    named = OpenDataSettings().publisher
    return named or next(iter(communes), "SilesiaNet")


def contact(network: Network) -> tuple[str, str | None]:
    """Whom to write to: an office and its address, as set, else the first duty of the inventory that has one."""
    email = OpenDataSettings().contact_email
    known = [(c.role, c.email) for c in network.contacts if c.email]
    return (publisher(network), email) if email else next(iter(known), (publisher(network), None))
