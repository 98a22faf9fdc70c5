"""Open data against the published shapes, and without anything that belongs to persons or helps an intruder."""

import json
import os
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from pyshacl import validate
from rdflib.namespace import DCAT, DCTERMS

from inventory.model.network import Network
from inventory.model.service import Channel, ChannelKind, Exposure
from monitoring.open_data import cpsv, dcat
from monitoring.open_data.geography import hotspots_geojson
from monitoring.reports import REPORTS

BASE, DAY, SPAN = "https://data.example", date(2026, 11, 23), (1_792_000_000.0, 1_794_600_000.0)
STANDARDS = Path(os.environ.get("SILESIANET_SHARED") or Path(__file__).parents[4] / "shared") / "data" / "standards"
CV, CPSV = rdflib.Namespace("http://data.europa.eu/m8g/"), rdflib.Namespace("http://purl.org/vocab/cpsv#")


@cache
def shapes(name: str) -> rdflib.Graph:
    """Shapes of a standard; tests need them under CI."""
    path = STANDARDS / name
    if not path.exists():
        assert not os.environ.get("CI"), f"{path} must be there under CI"
        pytest.skip(f"{path} is absent")
    return rdflib.Graph().parse(path)


def graph(document: dict[str, Any]) -> rdflib.Graph:
    return rdflib.Graph().parse(data=json.dumps(document), format="json-ld")


def complaints(document: dict[str, Any], name: str) -> str:
    conforms, _, text = validate(graph(document), shacl_graph=shapes(name), advanced=False, meta_shacl=False)
    return "" if conforms else text


@pytest.mark.parametrize("internal", [False, True])
def test_the_catalogue_of_services_fits_its_shapes(city: Network, internal: bool) -> None:
    document = cpsv.catalogue(city, DAY, BASE, internal=internal)
    assert complaints(document, "cpsv-ap-3.2.0/cpsv-ap-SHACL.ttl") == ""
    told = set(graph(document).subjects(rdflib.RDF.type, CPSV.PublicService))
    shown = [s for s in city.services if internal or s.exposure is not Exposure.INTERNAL]
    assert told == {rdflib.URIRef(service.identifier) for service in shown}


def test_a_service_says_what_it_must(city: Network) -> None:
    hours = Channel(
        kind=ChannelKind.PHONE, address="+48 32 000 00 00", opening_hours="Mo-Fr 8-16", restriction="święta"
    )
    service = city.service["wbo"].model_copy(update={"channels": (*city.service["wbo"].channels, hours)})
    document = cpsv.catalogue(city.model_copy(update={"services": (service,)}), DAY, BASE)
    assert complaints(document, "cpsv-ap-3.2.0/cpsv-ap-SHACL.ttl") == ""
    found, here = graph(document), rdflib.URIRef(service.identifier)
    assert set(found.objects(here, DCTERMS.title)) == {
        rdflib.Literal(service.name_pl, "pl"),
        rdflib.Literal(service.name_en, "en"),
    }
    (authority,) = found.objects(here, CV.hasCompetentAuthority)
    assert list(found.objects(authority, rdflib.SKOS.prefLabel)) == [rdflib.Literal(service.competent_authority, "pl")]
    assert list(found.objects(authority, DCTERMS.spatial))
    assert len(list(found.objects(here, CV.hasChannel))) == 2
    assert {str(o) for o in found.objects(None, DCTERMS.description)} >= {"+48 32 000 00 00", "Mo-Fr 8-16", "święta"}


@pytest.mark.parametrize("name", ["dcat-ap-3.0.1/dcat-ap-SHACL.ttl", "dcat-ap-3.0.1/shapes.ttl"])
def test_the_catalogue_of_data_fits_its_shapes(city: Network, name: str) -> None:
    assert complaints(dcat.catalogue(city, BASE, SPAN), name) == ""


def test_every_data_set_says_all_that_is_asked_of_it(city: Network) -> None:
    found = graph(dcat.catalogue(city, BASE, SPAN))
    sets = list(found.objects(rdflib.URIRef(f"{BASE}/open-data/catalog.jsonld"), DCAT.dataset))
    assert len(sets) == len(dcat.DATA_SETS) == len(set(sets))
    wanted = (DCTERMS.publisher, DCAT.contactPoint, DCTERMS.accrualPeriodicity, DCTERMS.spatial, DCAT.theme)
    assert all(found.value(data, what) for data in sets for what in wanted)
    forms = [form for data in sets for form in found.objects(data, DCAT.distribution)]
    assert all(found.value(form, what) for form in forms for what in (DCTERMS.license, DCTERMS.format, DCAT.accessURL))
    (period,) = found.objects(None, DCTERMS.temporal)
    spanned = [found.value(period, at) for at in (DCAT.startDate, DCAT.endDate)]
    assert [at.toPython().timestamp() for at in spanned if isinstance(at, rdflib.Literal)] == list(SPAN)


def test_a_shape_that_is_not_met_is_noticed(city: Network) -> None:
    services, data = cpsv.catalogue(city, DAY, BASE), dcat.catalogue(city, BASE, SPAN)
    del services["@graph"][0]["cv:hasCompetentAuthority"]
    del data["@graph"][0]["dct:publisher"]
    assert "hasCompetentAuthority" in complaints(services, "cpsv-ap-3.2.0/cpsv-ap-SHACL.ttl")
    assert "publisher" in complaints(data, "dcat-ap-3.0.1/dcat-ap-SHACL.ttl")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value


def test_nothing_is_published_that_helps_an_intruder(city: Network) -> None:
    """No address of the network, no serial number or radio address, no host, no internal e-service."""
    told = "\n".join(
        _texts([cpsv.catalogue(city, DAY, BASE), dcat.catalogue(city, BASE, SPAN), hotspots_geojson(city, DAY)])
    )
    radios = [point for site in city.sites if site.hotspot for point in site.hotspot.access_points]
    assert radios
    secret = [word for point in radios for word in (point.serial, point.mac)]
    secret += [str(address) for service in city.services for address in service.endpoint.addresses]
    secret += [s.endpoint.dns_name for s in city.services if s.exposure is Exposure.INTERNAL]
    secret += [device.slug for device in city.devices if device.platform is not None]
    assert [word for word in secret if word in told] == []


def test_hotspots_are_points_where_they_stand(city: Network) -> None:
    found = {feature["id"]: feature for feature in hotspots_geojson(city, DAY)["features"]}
    assert found.keys() == {site.slug for site in city.sites if site.hotspot is not None}
    assert found["rynek"]["geometry"]["coordinates"] == [
        city.site["rynek"].coordinates.longitude,
        city.site["rynek"].coordinates.latitude,
    ]
    assert found["rynek"]["properties"]["down_bps"] >= 30_000_000


def test_what_the_catalogue_offers_is_there() -> None:
    assert {data.slug for data in dcat.DATA_SETS} - REPORTS.keys() == {"cpsv"}
