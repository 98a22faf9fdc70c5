"""Tables of the way in: access tokens and browser sessions (hashed), approvals of plans."""

from sqlalchemy import Column, Float, ForeignKey, Integer, String, Table

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
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("token_id", Integer, ForeignKey("tokens.id", ondelete="CASCADE"), nullable=False),
    Column("expires_at", Float, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("change", String(32), primary_key=True),
    Column("plan", String(32), nullable=False),
    Column("who", String(63), nullable=False),
    Column("at", Float, nullable=False),
)
