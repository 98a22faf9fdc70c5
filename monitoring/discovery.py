"""What is this device? Answered from SNMP alone; what the device does not say is null, never guessed."""

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from inventory import platforms
from monitoring.snmp import oids
from monitoring.snmp.enterprises import INTERFACE_TYPES, VENDORS
from monitoring.snmp.session import NoAnswer, Oid, Session, Value, dotted
from monitoring.snmp.walk import Reading, as_text, read

_ENTERPRISES: Oid = (1, 3, 6, 1, 4, 1)
_SCALARS = (oids.SYS_DESCR, oids.SYS_OBJECT_ID, oids.SYS_UP_TIME, oids.SYS_NAME)
_INTERFACE = (
    oids.IF_DESCR,
    oids.IF_TYPE,
    oids.IF_MTU,
    oids.IF_SPEED,
    oids.IF_PHYS_ADDRESS,
    oids.IF_ADMIN_STATUS,
    oids.IF_OPER_STATUS,
    oids.IF_NAME,
    oids.IF_HIGH_SPEED,
    oids.IF_ALIAS,
)
_CHASSIS = (oids.ENT_CLASS, oids.ENT_SOFTWARE, oids.ENT_SERIAL, oids.ENT_MODEL)
_GAUGE_MAX = 2**32 - 1
_VERSION = re.compile(r"\b(?:version:?|JUNOS|RouterOS|EdgeOS)\s+[vV]?(\d[\w.()\-]*[\w)])", re.IGNORECASE)
_REPETITIONS = 10


@dataclass(frozen=True, slots=True)
class FoundInterface:
    """One interface as the device describes it."""

    index: int
    name: str | None
    alias: str | None
    type: str | None
    mtu: int | None
    speed_bps: int | None
    mac: str | None
    admin: str | None
    oper: str | None


@dataclass(frozen=True, slots=True)
class FoundDevice:
    """A device as it describes itself."""

    sys_name: str | None
    sys_object_id: str | None
    sys_descr: str | None
    vendor: str | None
    platform: str | None
    model: str | None
    version: str | None
    serial: str | None
    uptime_seconds: float | None
    interfaces: tuple[FoundInterface, ...]

    def document(self) -> dict[str, Any]:
        """The JSON shape of the contract."""
        return asdict(self)


async def discover(session: Session) -> FoundDevice:
    """Ask a device what it is; NoAnswer, OddAnswer."""
    system = await session.get([(*scalar, 0) for scalar in _SCALARS])
    if len(system) != len(_SCALARS):
        raise NoAnswer("the agent does not answer for the system group")
    descr, object_id, ticks, name = (value for _, value in system)
    table = await read(session, (), _INTERFACE, _REPETITIONS)
    chassis = await read(session, (), _CHASSIS, _REPETITIONS)
    first = next((i for i in chassis.indexes(oids.ENT_CLASS) if _is_chassis(chassis, i)), ())
    said = object_id if isinstance(object_id, tuple) else None
    return FoundDevice(
        sys_name=as_text(name),
        sys_object_id=dotted(said) if said else None,
        sys_descr=as_text(descr),
        vendor=_vendor(said),
        platform=_platform(said),
        model=chassis.text(oids.ENT_MODEL, first),
        version=chassis.text(oids.ENT_SOFTWARE, first) or _version(as_text(descr)),
        serial=chassis.text(oids.ENT_SERIAL, first),
        uptime_seconds=ticks / 100 if isinstance(ticks, int) else None,
        interfaces=tuple(_interfaces(table)),
    )


def _is_chassis(reading: Reading, index: Oid) -> bool:
    return reading.number(oids.ENT_CLASS, index) == oids.ENT_CHASSIS


def _vendor(object_id: Oid | None) -> str | None:
    if object_id is None or object_id[: len(_ENTERPRISES)] != _ENTERPRISES:
        return None
    return VENDORS.get(object_id[len(_ENTERPRISES)]) if len(object_id) > len(_ENTERPRISES) else None


def _platform(object_id: Oid | None) -> str | None:
    """The one platform that claims the object identifier; two claims are no knowledge."""
    text = f"{dotted(object_id)}." if object_id else ""
    prefixes = {slug: p.sys_object_ids for slug, p in platforms.all().items()}
    claims = [slug for slug, found in prefixes.items() if any(text.startswith(f"{prefix}.") for prefix in found)]
    return claims[0] if len(claims) == 1 else None


def _version(description: str | None) -> str | None:
    found = _VERSION.search(description or "")
    return found[1] if found else None


def _interfaces(table: Reading) -> Iterator[FoundInterface]:
    rows = {index for column in (oids.IF_DESCR, oids.IF_TYPE, oids.IF_NAME) for index in table.indexes(column)}
    for index in sorted(row for row in rows if len(row) == 1):
        kind = table.number(oids.IF_TYPE, index)
        yield FoundInterface(
            index=index[0],
            name=table.text(oids.IF_NAME, index) or table.text(oids.IF_DESCR, index),
            alias=table.text(oids.IF_ALIAS, index),
            type=None if kind is None else INTERFACE_TYPES.get(kind, str(kind)),
            mtu=table.number(oids.IF_MTU, index),
            speed_bps=_speed(table.number(oids.IF_SPEED, index), table.number(oids.IF_HIGH_SPEED, index)),
            mac=_mac(table.columns[oids.IF_PHYS_ADDRESS].get(index)),
            admin=oids.ADMIN.get(table.number(oids.IF_ADMIN_STATUS, index) or 0),
            oper=oids.OPER.get(table.number(oids.IF_OPER_STATUS, index) or 0),
        )


def _speed(exact: int | None, mega: int | None) -> int | None:
    """ifSpeed while it fits in 32 bits, else ifHighSpeed; zero says nothing."""
    if exact and exact < _GAUGE_MAX:
        return exact
    return mega * 1_000_000 if mega else None


def _mac(value: Value) -> str | None:
    return value.hex(":") if isinstance(value, bytes) and len(value) == 6 else None
