"""The map goes out as RFC 7946 wants it, and sites come back from whatever people drew it with."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory.diff import diff
from inventory.errors import BadInput
from inventory.model.network import Network
from inventory.sources.checked import load_checked
from inventory.sources.geojson import document
from inventory.sources.incoming import Manner, read
from inventory.sources.outgoing import save
from inventory.sources.problem import BadFiles
from tests.inventory.test_inventory_problems import DAY

Feature = dict[str, Any]


def feature(properties: Any, geometry: Any = None, **more: Any) -> Feature:
    return {"type": "Feature", "geometry": geometry, "properties": properties} | more


def point(*numbers: Any) -> Feature:
    return {"type": "Point", "coordinates": list(numbers)}


def drawn(file: Path, *features: Any, **more: Any) -> Path:
    file.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)} | more))
    return file


def said(file: Path, city: Network) -> list[str]:
    with pytest.raises(BadFiles) as raised:
        load_checked(file, DAY, current=city)
    return str(raised.value).replace(f"{file.parent}/", "").splitlines()


def test_every_site_is_a_point_and_every_link_a_line(city: Network) -> None:
    drawing = document(city)
    assert drawing["type"] == "FeatureCollection" and len(drawing["features"]) == len(city.sites) + len(city.links)
    known = {f["id"]: f for f in drawing["features"]}
    rynek = city.site["rynek"]
    assert known["site:rynek"]["geometry"] == point(rynek.coordinates.longitude, rynek.coordinates.latitude)
    assert known["site:rynek"]["properties"]["hotspot.network_name"] == "Gliwice WiFi"
    line = known["link:core1--core2"]
    ends = [city.site[city.device[name].site].coordinates for name in ("core1", "core2")]
    assert line["geometry"] == {"type": "LineString", "coordinates": [[e.longitude, e.latitude] for e in ends]}
    assert line["properties"]["capacity_bps"] == 1_000_000_000


def test_a_link_inside_a_site_is_not_drawn(city: Network) -> None:
    moved = city.device["core2"].model_copy(update={"site": city.device["core1"].site})
    devices = tuple(moved if d.slug == "core2" else d for d in city.devices)
    drawing = document(city.model_copy(update={"devices": devices}))
    assert next(f for f in drawing["features"] if f["id"] == "link:core1--core2")["geometry"] is None


def test_the_map_comes_back_as_it_went(city: Network, tmp_path: Path) -> None:
    save(city, tmp_path / "a.geojson")
    network = load_checked(tmp_path / "a.geojson", DAY, current=city, manner=Manner(replace=True)).network
    assert network == city
    save(network, tmp_path / "b.geojson")
    assert (tmp_path / "a.geojson").read_bytes() == (tmp_path / "b.geojson").read_bytes()


def test_sites_move_and_appear(city: Network, tmp_path: Path) -> None:
    """By slug or by id; nested or dotted properties; what a feature does not say stays as it is."""
    new = {"name": "Nowa szkoła", "site_class": "school", "tenant": "oswiata", "district": "Trynek", "address":
           {"street": "ul. Nowa", "city": "Gliwice", "terc": "2466011"}, "people_served": 12.0}  # fmt: skip
    file = drawn(
        tmp_path / "a.geojson",
        feature({"slug": "rynek"}, point(18.6, 50.2, 230.5)),
        feature(new, point(18.7, 50.3), id="site:nowa"),
        feature({"noun": "links", "slug": "x"}, None),
        feature({"slug": "dc", "opening_hours": "24/7"}, None),
    )
    found = diff(city, load_checked(file, DAY, current=city).network)
    assert list(found.lines()) == [
        "~ site:dc",
        "    opening_hours: none → 24/7",
        "+ site:nowa",
        "~ site:rynek",
        f"    coordinates.latitude: {city.site['rynek'].coordinates.latitude} → 50.2",
        f"    coordinates.longitude: {city.site['rynek'].coordinates.longitude} → 18.6",
    ]


def test_every_problem_names_feature_and_property(city: Network, tmp_path: Path) -> None:
    file = drawn(
        tmp_path / "a.geojson",
        feature({"slug": "rynek", "fid": 7}, point(18.6, 50.2)),
        feature({"slug": "dc", "site_class": "datacenter"}, point(18.6)),
        feature({"slug": "park-chopina", "fid": 8}, {"type": "Polygon", "coordinates": []}),
        feature({"name": "?"}, point(18.6, 50.2)),
        feature({"slug": "plac-krakowski"}, point(18.6, 95)),
        feature({"slug": "nowa"}, point(18.6, 50)),
        7,
        feature({"slug": "x", "noun": "devices"}, None),
    )
    lines = said(file, city)
    assert lines[0].startswith("a.geojson[features]:1: file: unknown property 'fid'; remove it or use one of slug, ")
    assert "a.geojson[features]:2: site:dc: the Point has no two coordinates; write [longitude, latitude]" in lines
    assert any(
        line.startswith("a.geojson[features]:2: site:dc: site_class 'datacenter' is not known; use one of ")
        for line in lines
    )
    assert "a.geojson[features]:3: site:park-chopina: the geometry is a Polygon; give every site a Point" in lines
    assert "a.geojson[features]:4: site: slug is missing; name the object the row is about" in lines
    assert (
        "a.geojson[features]:5: site:plac-krakowski: coordinates.latitude '95': input should be less than or equal "
        "to 90; correct the value" in lines
    )
    assert "a.geojson[features]:7: site: not a Feature; export the layer as GeoJSON (RFC 7946)" in lines
    assert "a.geojson[features]:8: site: noun is 'devices'; only sites are read from a map" in lines
    assert any(line.startswith("a.geojson[features]:6: site:nowa: name is missing; ") for line in lines)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", "not JSON: expecting property name enclosed in double quotes"),
        ('{"type": "Topology"}', "not a FeatureCollection; export the layer as GeoJSON (RFC 7946)"),
        ("[" * 100_000, "not JSON that can be read; export it again"),
        ('{"type": "FeatureCollection", "features": [], "crs": {"properties": {"name": "urn:ogc:def:crs:EPSG::2180"}}}',
         "the coordinates are in urn:ogc:def:crs:EPSG::2180; export the layer in WGS 84 (EPSG:4326)"),
    ],
)  # fmt: skip
def test_what_is_no_map(city: Network, tmp_path: Path, text: str, line: str) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    (told,) = said(file, city)
    assert told.lower().startswith(f"a.json:1: file: {line}".lower())


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just("slug"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.fixed_dictionaries({"type": st.just("Feature"), "geometry": VALUES, "properties": VALUES}) | VALUES))
def test_no_map_brings_the_reader_down(tmp_path_factory: pytest.TempPathFactory, features: list[Any]) -> None:
    file = drawn(tmp_path_factory.mktemp("map") / "a.geojson", *features)
    try:
        read(file, Network(), Manner())
    except BadInput:
        pytest.fail("a map that can be opened has problems, not errors")
