"""Tables of the inventory: current facts, numbered revisions, what each did to each record, and their digests."""

from sqlalchemy import JSON, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from inventory.database.metadata import metadata

facts = Table(
    "inventory_facts",
    metadata,
    Column("noun", String(32), primary_key=True),
    Column("slug", String(63), primary_key=True),
    Column("body", JSON, nullable=False),
)

revisions = Table(
    "inventory_revisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("at", Float, nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
)

history = Table(
    "inventory_history",
    metadata,
    Column("revision", Integer, ForeignKey("inventory_revisions.id"), primary_key=True),
    Column("noun", String(32), primary_key=True),
    Column("slug", String(63), primary_key=True),
    Column("action", String(8), nullable=False),
    Column("before", JSON(none_as_null=True)),
    Column("after", JSON(none_as_null=True)),
    Index(None, "noun", "slug", "revision"),
)

chain = Table(
    "inventory_chain",
    metadata,
    Column("revision", Integer, ForeignKey("inventory_revisions.id"), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("entries", Text, nullable=False),
)
"""One link for each revision: see ``inventory.database.chain``."""
