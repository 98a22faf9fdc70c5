"""Tables of service levels: spells of equal results, which outlive the single results, and excluded windows."""

from sqlalchemy import BigInteger, Boolean, Column, Float, Integer, String, Table, Text

from inventory.database.metadata import metadata

spells = Table(
    "spells",
    metadata,
    Column("site", String(63), primary_key=True),
    Column("service", String(63), primary_key=True),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("until", BigInteger, nullable=False),
    Column("ok", Boolean, nullable=False),
)
"""Equal results that follow one another closely; milliseconds since the epoch."""

exclusions = Table(
    "sla_exclusions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("site", String(63)),
    Column("service", String(63)),
    Column("start", Float, nullable=False),
    Column("end", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", String(200), nullable=False),
    Column("at", Float, nullable=False),
    Column("withdrawn_by", String(200)),
    Column("withdrawn_at", Float),
)
"""Windows left out of service levels; rows are never changed but by being withdrawn, and never deleted."""
