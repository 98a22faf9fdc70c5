"""The map: sites as points and links as lines between them (RFC 7946), and sites back from points."""

import json
from dataclasses import replace as with_fields
from pathlib import Path
from typing import Any

from inventory.model.link import Link
from inventory.model.network import Network
from inventory.model.site import Site
from inventory.sources.document import Fault
from inventory.sources.encoding import decode
from inventory.sources.octets import octets_of, replace_file
from inventory.sources.problem import Problem
from inventory.sources.reader import Reading
from inventory.sources.tables import cells
from inventory.sources.tables.assemble import Assembler
from inventory.sources.tables.cells import BadCell
from inventory.sources.tables.columns import Column, Table, tables
from inventory.sources.tables.draft import dig
from inventory.sources.tables.grid import Cell, Grid
from inventory.sources.tables.write import rows

SUFFIXES = (".geojson", ".json")
WGS84 = ("CRS84", "4326")
"""How the coordinate system of the map may be called by files older than the RFC."""
_LONGITUDE, _LATITUDE = "coordinates.longitude", "coordinates.latitude"
Object = dict[str, Any]


def document(network: Network) -> Object:
    """A feature for each site and each link, in order of slug."""
    table = tables()["sites"]
    sites = zip(sorted(network.sites, key=lambda site: str(site.slug)), rows(table, network), strict=True)
    features = [_feature("sites", site.slug, _point(site), _named(table, row)) for site, row in sites]
    for link in sorted(network.links, key=lambda link: str(link.slug)):
        properties = link.model_dump(mode="json", exclude_none=True) | {"capacity_bps": network.capacity_bps(link)}
        features.append(_feature("links", link.slug, _line(link, network), properties))
    return {"type": "FeatureCollection", "features": features}


def save(network: Network, file: Path) -> None:
    """Write the map."""
    text = json.dumps(document(network), ensure_ascii=False, indent=1)
    replace_file(file, f"{text}\n".encode())


def _feature(noun: str, slug: str, geometry: Object | None, properties: Object) -> Object:
    word = {"sites": "site", "links": "link"}[noun]
    return {"type": "Feature", "id": f"{word}:{slug}", "geometry": geometry, "properties": {"noun": noun} | properties}


def _named(table: Table, row: list[Any]) -> Object:
    """The cells of a row that hold something, coordinates left to the geometry."""
    named = {c.name: value for c, value in zip(table.columns, row, strict=True) if value not in (None, [])}
    return {name: value for name, value in named.items() if name not in (_LONGITUDE, _LATITUDE)}


def _point(site: Site) -> Object:
    return {"type": "Point", "coordinates": _position(site)}


def _position(site: Site) -> list[float]:
    return [site.coordinates.longitude, site.coordinates.latitude]


def _line(link: Link, network: Network) -> Object | None:
    """From site to site; nothing to draw where both ends stand at one site or an end is not known."""
    ends = [network.device.get(name) for name in link.devices]
    sites = [network.site.get(device.site) if device else None for device in ends]
    if None in sites or sites[0] is sites[1]:
        return None
    return {"type": "LineString", "coordinates": [_position(site) for site in sites if site]}


def read(file: Path, current: Network, max_mb: int, replace: bool = False) -> Reading:
    """Sites from the points of a map laid over ``current``; lines of links are left out, they follow from the sites.

    Problems name a feature by its number in the list, beginning with 1.
    """
    assembler = Assembler(current, replace)
    try:
        features = _features(octets_of(file, max_mb))
        found = [(number, _cells(feature)) for number, feature in enumerate(features, 1) if not _is_link(feature)]
        assembler.add(tables()["sites"], _grid(f"{file}[features]", found))
    except Fault as fault:
        assembler.refuse(Problem(str(file), fault.line, "file", fault.problem, fault.fix))
    reading = assembler.result()
    problems = tuple(with_fields(problem, column=0) for problem in reading.problems)
    return with_fields(reading, problems=problems)


def _features(octets: bytes) -> list[Any]:
    try:
        found = json.loads(decode(octets, "utf-8")[0])
    except json.JSONDecodeError as error:
        raise Fault(error.lineno, f"not JSON: {error.msg}", "correct it here or just above") from error
    except (ValueError, RecursionError) as error:
        raise Fault(1, "not JSON that can be read", "export it again") from error
    features = found.get("features") if isinstance(found, dict) else None
    if not isinstance(features, list) or found.get("type") != "FeatureCollection":
        raise Fault(1, "not a FeatureCollection", "export the layer as GeoJSON (RFC 7946)")
    system = dig(found, ("crs", "properties", "name"))
    if system is not None and not any(name in str(system) for name in WGS84):
        raise Fault(1, f"the coordinates are in {system}", "export the layer in WGS 84 (EPSG:4326)")
    return features


def _is_link(feature: Any) -> bool:
    return bool(dig(feature, ("properties", "noun")) == "links")


def _cells(feature: Any) -> dict[str, Cell]:
    """The cells of a feature by column; what it does not say is not there."""
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return {"slug": BadCell("not a Feature", "export the layer as GeoJSON (RFC 7946)")}
    said = {c.name: c for c in tables()["sites"].columns}
    properties = _flat(feature.get("properties") or {})
    noun = properties.pop("noun", "sites")
    if noun != "sites":
        return {"slug": BadCell(f"noun is {noun!r}", "only sites are read from a map")}
    found = {name: _cell(value, said.get(name)) for name, value in properties.items()}
    named = str(feature.get("id", ""))
    if not found.get("slug") and named.startswith("site:"):
        found["slug"] = named.removeprefix("site:")
    return found | _coordinates(feature.get("geometry"))


def _flat(properties: Any, above: str = "") -> Object:
    """Objects in objects as dotted names."""
    found: Object = {}
    for name, value in properties.items() if isinstance(properties, dict) else ():
        found |= _flat(value, f"{above}{name}.") if isinstance(value, dict) else {f"{above}{name}": value}
    return found


def _cell(value: Any, column: Column | None) -> Cell:
    return cells.write(value) if isinstance(value, list) or column is None else cells.typed(value, column).strip()


def _coordinates(geometry: Any) -> dict[str, Cell]:
    if geometry is None:
        return {}
    position = dig(geometry, ("coordinates",))
    if dig(geometry, ("type",)) != "Point":
        return {_LONGITUDE: BadCell(f"the geometry is a {dig(geometry, ('type',))}", "give every site a Point")}
    numbers = position[:2] if isinstance(position, list) else []
    if len(numbers) < 2 or not all(isinstance(number, int | float) for number in numbers):
        return {_LONGITUDE: BadCell("the Point has no two coordinates", "write [longitude, latitude]")}
    return {_LONGITUDE: repr(numbers[0]), _LATITUDE: repr(numbers[1])}


def _grid(place: str, found: list[tuple[int, dict[str, Cell]]]) -> Grid:
    where: dict[str, int] = {}
    for number, said in found:
        for name in said:
            where.setdefault(name, number)
    names = tuple(where)
    lines = ((number, [said.get(name) for name in names]) for number, said in found)
    return Grid(place, names or ("slug",), 1, lines, "property", where)
