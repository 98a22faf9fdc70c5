"""Tables of webhooks: who is told, what is still to be sent, what was told last, and which process does it."""

from sqlalchemy import JSON, Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from inventory.database.metadata import metadata

webhooks = Table(
    "webhooks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("secret", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("reason", Text),
    Column("created_at", Float, nullable=False),
    Column("delivered_at", Float),
    Column("cursor", Integer, nullable=False),
    Column("sequence", Integer, nullable=False),
)

deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("webhook", Integer, ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("event", String(32), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("next_at", Float, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("dead", Boolean, nullable=False),
    Column("error", Text),
    Index(None, "webhook", "dead", "sequence"),
)

told = Table(
    "webhook_told",
    metadata,
    Column("topic", String(32), primary_key=True),
    Column("state", JSON, nullable=False),
)

lease = Table(
    "webhook_lease",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("owner", String(36), nullable=False),
    Column("until", Float, nullable=False),
)
