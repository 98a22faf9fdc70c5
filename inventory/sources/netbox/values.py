"""Values that are written differently on the two sides: places, rates, lengths, kinds of equipment."""

import re
from typing import Any

from inventory import platforms
from inventory.diff import Body
from inventory.sources.netbox.models import Row
from inventory.sources.netbox.pairs import Owner, Pair

GENERIC = "Generic"
"""Maker or model of a device whose maker or model we do not know."""
METRES = {"km": 1000.0, "m": 1.0, "cm": 0.01, "mi": 1609.344, "ft": 0.3048, "in": 0.0254}
CABLE_TYPES = {"single-mode": "smf", "multi-mode": "mmf", "copper": "cat6", "direct-attach": "dac-passive"}
_PLACE = re.compile(
    r"^(?P<street>.*?)(?:\s+(?P<house_number>\d[\w/-]*))?,\s*(?:(?P<postal_code>\d{2}-\d{3})\s+)?(?P<city>[^,]+)$"
)


def cable_kind(word: str) -> str | None:
    """What a cable is made of, from NetBox's finer words."""
    kinds = {"smf": "single-mode", "mmf": "multi-mode", "cat": "copper", "dac": "direct-attach", "aoc": "direct-attach"}
    return kinds.get(word[:3])


def write_place(address: Body | None) -> str | None:
    """``ul. Zwycięstwa 21, 44-100 Gliwice``."""
    if not address:
        return None
    street = " ".join(filter(None, (address["street"], address.get("house_number"))))
    city = " ".join(filter(None, (address.get("postal_code"), address["city"])))
    return f"{street}, {city}"


def read_place(row: Row, ours: Body) -> Body | None:
    """The parts of an address; the codes of the registers are ours."""
    line = row.get("physical_address")
    codes = {k: v for k, v in (ours.get("address") or {}).items() if k in ("terc", "simc", "ulic")}
    if not line:
        return ours.get("address") or row.get("cf_silesia_address")
    kept = row.get("cf_silesia_address")
    if kept and write_place(kept) == line:
        return dict(kept)
    match = _PLACE.match(line)
    parts = match.groupdict() if match else {"street": line, "city": None}
    return parts | codes


def _degrees(value: Any) -> float | None:
    return None if value is None else round(float(value), 6)


def _coordinates(body: Body) -> Row:
    at = body.get("coordinates") or {}
    return {"latitude": _degrees(at.get("latitude")), "longitude": _degrees(at.get("longitude"))}


def _read_coordinates(row: Row, _: Body) -> Body | None:
    found = {name: row.get(name) for name in ("latitude", "longitude")}
    return None if None in found.values() else found


def _rate(body: Body) -> Row:
    rate = body.get("rate") or {}
    return {f"{way}_kbps": rate[way] // 1000 if way in rate else None for way in ("down", "up")}


def _read_rate(row: Row, _: Body) -> Body | None:
    down = row.get("down_kbps")
    return None if not down else {"down": down * 1000, "up": (row.get("up_kbps") or down) * 1000}


def device_type(body: Body) -> str:
    """The key of a device type."""
    return f"{body.get('vendor') or GENERIC}::{body.get('model') or GENERIC}"


def _maker(row: Row, _: Body) -> str | None:
    name = str(row["device_type"] or GENERIC).partition("::")[0]
    return None if name == GENERIC else name


def _model(row: Row, _: Body) -> str | None:
    name = str(row["device_type"] or GENERIC).partition("::")[2]
    return None if name in ("", GENERIC) else name


def _length(row: Row, _: Body) -> float | None:
    value, unit = row.get("length"), row.get("length_unit")
    return None if value is None else round(value * METRES.get(unit or "m", 1.0), 2)


def _ends(body: Body) -> Row:
    return {"ends": sorted((body["a"], body["b"])) if body else None}


def _zone(row: Row, _: Body) -> str | None:
    role = row.get("role") or ""
    return role.removeprefix("zone-") if role.startswith("zone-") else None


def _platform(row: Row, _: Body) -> str | None:
    """Equipment of a platform we cannot configure is equipment we do not configure."""
    slug = row.get("platform")
    return slug if slug in platforms.all() else None


PLATFORM = Pair("platform", ("platform",), _platform, lambda body: {"platform": body.get("platform")})
ADDRESS = Pair("address", ("physical_address",), read_place, lambda b: {"physical_address": write_place(b["address"])})
KEPT_ADDRESS = Pair(
    "address", ("cf_silesia_address",), read_place, lambda b: {"cf_silesia_address": b["address"]}, Owner.OURS
)
"""The address with its parts and codes, beside the text that NetBox owns."""
COORDINATES = Pair("coordinates", ("latitude", "longitude"), _read_coordinates, _coordinates)
RATE = Pair("rate", ("down_kbps", "up_kbps"), _read_rate, _rate)
VENDOR = Pair("vendor", ("device_type",), _maker, lambda body: {"device_type": device_type(body)})
MODEL = Pair("model", ("device_type",), _model, lambda body: {"device_type": device_type(body)})
LENGTH = Pair(
    "length_m",
    ("length", "length_unit"),
    _length,
    lambda b: {"length": b.get("length_m"), "length_unit": None if b.get("length_m") is None else "m"},
)
END_A = Pair("a", ("ends",), lambda row, _: row["a"], _ends)
END_B = Pair("b", ("ends",), lambda row, _: row["b"], _ends)
ZONE = Pair("zone", ("role",), _zone, lambda b: {"role": f"zone-{b['zone']}" if b.get("zone") else None})
