"""Tables of the way in: access tokens and browser sessions (hashed), the sealed admin, who came in, approvals."""

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table, Text

from inventory.database.metadata import metadata

tokens = Table(
    "tokens",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(63), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("site", String(63)),
    Column("digest", String(64), nullable=False, unique=True),
    Column("created_at", Float, nullable=False),
    Column("expires_at", Float),
    Column("tenant", String(63)),
    Column("last_used_at", Float),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("token_id", Integer, ForeignKey("tokens.id", ondelete="CASCADE")),
    Column("name", String(63), nullable=False),
    Column("role", String(16), nullable=False),
    Column("site", String(63)),
    Column("tenant", String(63)),
    Column("source", String(16), nullable=False),
    Column("expires_at", Float, nullable=False),
)

break_glass = Table(
    "break_glass",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seal", String(255), nullable=False),
    Column("sealed_at", Float, nullable=False),
)

access_log = Table(
    "access_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Float, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("who", String(63), nullable=False),
    Column("address", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("acknowledged_at", Float),
    Column("acknowledged_by", String(63)),
)
