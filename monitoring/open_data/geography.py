"""Hotspots as GeoJSON (RFC 7946): points with what the report of hotspots tells of them."""

from datetime import date

from inventory.model.network import Network
from monitoring.open_data.vocabulary import Node
from monitoring.reports.hotspots import COLUMNS, hotspots, row_of

PLACE = frozenset({"latitude", "longitude"})


def hotspots_geojson(network: Network, day: date) -> Node:
    """Every hotspot in force on a day."""
    features = []
    for site in hotspots(network, day):
        told = zip((column.key for column in COLUMNS), row_of(site, day), strict=True)
        point = {"type": "Point", "coordinates": [site.coordinates.longitude, site.coordinates.latitude]}
        properties = {key: value for key, value in told if key not in PLACE}
        features.append({"type": "Feature", "id": site.slug, "geometry": point, "properties": properties})
    return {"type": "FeatureCollection", "features": features}
