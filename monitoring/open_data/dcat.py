"""The catalogue of our data sets as DCAT-AP 3.0.1 in JSON-LD: what is published, in which forms, by whom."""

from dataclasses import dataclass

from inventory.model.network import Network
from monitoring.cell import instant
from monitoring.open_data.vocabulary import (
    AUTHORITY,
    CONTEXT,
    Node,
    coded,
    concept,
    contact,
    languages,
    moment,
    place,
    publisher,
    texts,
)
from monitoring.settings import OpenDataSettings

FORMS = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "jsonld": ("JSON_LD", "application/ld+json"),
    "geojson": ("GEOJSON", "application/geo+json"),
}
"""Ending of the address → code of the file type, media type."""

CONTINUOUS = "CONT"
"""How often the data change, in the code of the authority table: they are made when asked for."""


@dataclass(frozen=True)
class DataSet:
    """One data set; ``words`` are title and description in Polish and English, keywords in both."""

    slug: str
    title: tuple[str, str]
    description: tuple[str, str]
    keywords: tuple[tuple[str, str], ...]
    theme: str
    forms: tuple[str, ...]
    over_time: bool = False
    """Whether figures are about a period, which then is told."""


DATA_SETS = (
    DataSet(
        "equal-access",
        ("Wskaźnik równego dostępu do e-usług", "Index of equal access to e-services"),
        (
            "Dla dzielnic, jednostek i klas miejsc: jaka część należnych e-usług działa, szybkość łącza wobec celu, "
            "odporność na pojedynczą awarię, czas z usługą. Małe grupy są ukryte.",
            "For districts, tenants and classes of sites: share of the e-services due that work, speed against target, "
            "resilience to single failures, time with service. Small groups are hidden.",
        ),
        (("równy dostęp", "equal access"), ("e-usługi", "e-services")),
        "SOCI",
        ("csv", "json"),
        over_time=True,
    ),
    DataSet(
        "reachability",
        ("Dostępność e-usług", "Reachability of e-services"),
        (
            "Dla każdej publicznej e-usługi: ilu osobom i ilu miejscom przysługuje i dla jakiej części teraz działa.",
            "For every public e-service: how many people and sites are entitled, and for which share it works now.",
        ),
        (("dostępność", "availability"), ("e-usługi", "e-services")),
        "GOVE",
        ("csv", "json"),
    ),
    DataSet(
        "hotspots",
        ("Publiczne punkty dostępu Wi-Fi", "Public Wi-Fi hotspots"),
        (
            "Gdzie można bezpłatnie skorzystać z Internetu: położenie, nazwa sieci, szybkość, liczba punktów dostępu.",
            "Where the Internet is free to use: place, name of the network, speed, number of access points.",
        ),
        (("Wi-Fi", "Wi-Fi"), ("hotspot", "hotspot")),
        "TECH",
        ("csv", "json", "geojson"),
    ),
    DataSet(
        "cpsv",
        ("Katalog e-usług", "Catalogue of e-services"),
        (
            "Publiczne i regionalne e-usługi według CPSV-AP 3.2.0.",
            "Public and regional e-services after CPSV-AP 3.2.0.",
        ),
        (("usługi publiczne", "public services"), ("CPSV-AP", "CPSV-AP")),
        "GOVE",
        ("jsonld",),
    ),
)
THEMES = {
    "SOCI": ("Ludność i społeczeństwo", "Population and society"),
    "GOVE": ("Rząd i sektor publiczny", "Government and public sector"),
    "TECH": ("Nauka i technologia", "Science and technology"),
}


def catalogue(network: Network, base: str, span: tuple[float, float]) -> Node:
    """The catalogue; ``base`` is our address, ``span`` the period figures over time are about (epoch seconds)."""
    agent: Node = {
        "@id": f"{base}/open-data/id/publisher",
        "@type": "foaf:Agent",
        "foaf:name": texts(publisher(network)),
    }
    name, email = contact(network)
    kind: Node = {"@id": f"{base}/open-data/id/contact", "@type": "vcard:Kind", "vcard:fn": name}
    if email is not None:
        kind["vcard:hasEmail"] = {"@id": f"mailto:{email}"}
    licence: Node = {"@id": OpenDataSettings().licence, "@type": "dct:LicenseDocument"}
    sets = [_data_set(data, base, span) for data in DATA_SETS]
    themes = [concept(f"{AUTHORITY}data-theme/{code}", *labels) for code, labels in THEMES.items()]
    return {
        "@context": CONTEXT,
        "@graph": [
            _itself(network, base, span),
            *sets,
            agent,
            kind,
            licence,
            place(network, base),
            *languages(),
            *themes,
        ],
    }


def _itself(network: Network, base: str, span: tuple[float, float]) -> Node:
    name = publisher(network)
    return {
        "@id": f"{base}/open-data/catalog.jsonld",
        "@type": "dcat:Catalog",
        "dct:title": texts(f"Otwarte dane: {name}", f"Open data: {name}"),
        "dct:description": texts(
            "Równy dostęp do e-usług w sieci miejskiej.", "Equal access to e-services in the network of the city."
        ),
        "dct:publisher": {"@id": f"{base}/open-data/id/publisher"},
        "dct:license": {"@id": OpenDataSettings().licence},
        "dct:language": [{"@id": language["@id"]} for language in languages()],
        "dct:spatial": {"@id": place(network, base)["@id"]},
        "dct:modified": moment(instant(span[1])),
        "dcat:dataset": [{"@id": _id(data, base)} for data in DATA_SETS],
    }


def _id(data: DataSet, base: str) -> str:
    return f"{base}/open-data/id/dataset/{data.slug}"


def _data_set(data: DataSet, base: str, span: tuple[float, float]) -> Node:
    period = {
        "@type": "dct:PeriodOfTime",
        "dcat:startDate": moment(instant(span[0])),
        "dcat:endDate": moment(instant(span[1])),
    }
    return {
        "@id": _id(data, base),
        "@type": "dcat:Dataset",
        "dct:identifier": data.slug,
        "dct:title": texts(*data.title),
        "dct:description": texts(*data.description),
        "dcat:keyword": [word for pair in data.keywords for word in texts(*pair)],
        "dcat:theme": {"@id": f"{AUTHORITY}data-theme/{data.theme}"},
        "dct:publisher": {"@id": f"{base}/open-data/id/publisher"},
        "dcat:contactPoint": {"@id": f"{base}/open-data/id/contact"},
        "dct:accrualPeriodicity": coded("frequency", CONTINUOUS, "dct:Frequency"),
        "dct:accessRights": coded("access-right", "PUBLIC", "dct:RightsStatement"),
        "dct:language": [{"@id": language["@id"]} for language in languages()],
        "dct:spatial": {"@id": f"{base}/open-data/id/area"},
        "dct:modified": moment(instant(span[1])),
        **({"dct:temporal": period} if data.over_time else {}),
        "dcat:distribution": [_distribution(data, form, base) for form in data.forms],
    }


def _distribution(data: DataSet, form: str, base: str) -> Node:
    address, (code, media) = {"@id": f"{base}/open-data/{data.slug}.{form}"}, FORMS[form]
    kind = {"@id": f"https://www.iana.org/assignments/media-types/{media}", "@type": "dct:MediaType"}
    return {
        "@id": f"{_id(data, base)}/{form}",
        "@type": "dcat:Distribution",
        "dct:title": texts(f"{data.title[0]} ({form})", f"{data.title[1]} ({form})"),
        "dcat:accessURL": address,
        "dcat:downloadURL": address,
        "dct:format": coded("file-type", code, "dct:MediaTypeOrExtent"),
        "dcat:mediaType": kind,
        "dct:license": {"@id": OpenDataSettings().licence},
    }
