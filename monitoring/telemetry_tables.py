"""Tables of telemetry: what devices last said, traffic in slots, traps, alerts. Times are epoch seconds, UTC."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Index, Integer, String, Table

from inventory.database.metadata import metadata

device_polls = Table(
    "device_polls",
    metadata,
    Column("device", String, primary_key=True),
    Column("at", Float, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("reason", String),
    Column("seconds", Float, nullable=False),
    Column("uptime", Float),
    Column("sys_name", String),
)

interface_polls = Table(
    "interface_polls",
    metadata,
    Column("device", String, primary_key=True),
    Column("interface", String, primary_key=True),
    Column("at", Float, nullable=False),
    Column("ifindex", Integer, nullable=False),
    Column("alias", String),
    Column("admin", String, nullable=False),
    Column("oper", String, nullable=False),
    Column("speed_bps", BigInteger),
    Column("usable_for_capacity", Boolean, nullable=False),
)

interface_traffic = Table(
    "interface_traffic",
    metadata,
    Column("device", String, primary_key=True),
    Column("interface", String, primary_key=True),
    Column("slot", BigInteger, primary_key=True, autoincrement=False),
    Column("length", Integer, nullable=False),
    Column("seconds", Float, nullable=False),
    Column("in_bits", Float, nullable=False),
    Column("out_bits", Float, nullable=False),
    Index("ix_interface_traffic_slot", "slot"),
)

traps = Table(
    "traps",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Float, nullable=False),
    Column("source", String, nullable=False),
    Column("device", String),
    Column("kind", String, nullable=False),
    Column("interface", String),
    Column("objects", JSON, nullable=False),
)

alerts = Table(
    "alerts",
    metadata,
    Column("fingerprint", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("severity", String, nullable=False),
    Column("status", String, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("annotations", JSON, nullable=False),
    Column("starts_at", Float, nullable=False),
    Column("ends_at", Float),
    Column("received_at", Float, nullable=False),
    Column("acknowledged_by", String),
    Column("acknowledged_at", Float),
)
