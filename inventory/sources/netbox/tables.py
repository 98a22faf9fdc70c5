"""Tables of the exchange with NetBox: what it said last, which object is which of ours, how far we have read."""

from sqlalchemy import JSON, Column, Float, Index, Integer, String, Table

from inventory.database.metadata import metadata

mirror = Table(
    "netbox_mirror",
    metadata,
    Column("path", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("round", Integer, nullable=False),
    Column("body", JSON, nullable=False),
)

pairs = Table(
    "netbox_pairs",
    metadata,
    Column("path", String(64), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Index(None, "path", "key"),
)

requests = Table(
    "netbox_requests",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("at", Float, nullable=False),
)

state = Table(
    "netbox_state",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", JSON, nullable=False),
)
