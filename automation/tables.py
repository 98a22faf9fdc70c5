"""Tables of this room: changes, their approvals, the backups they leave and the drift found. Jobs have their own."""

from sqlalchemy import JSON, Boolean, Column, Float, Integer, String, Table, Text

from inventory.database.metadata import metadata

changes = Table(
    "changes",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("state", String(16), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("undoes", String(32)),
    Column("resumes", String(32)),
    Column("scope", JSON, nullable=False),
    Column("revision", Integer),
    Column("plan_id", String(32), index=True),
    Column("plan", JSON(none_as_null=True)),
    Column("report", JSON(none_as_null=True)),
    Column("created", Float, nullable=False, index=True),
    Column("updated", Float, nullable=False),
    Column("who", Text, nullable=False),
    Column("comment", Text, nullable=False),
)

approvals = Table(
    "approvals",
    metadata,
    Column("change", String(32), primary_key=True),
    Column("plan", String(32), nullable=False),
    Column("who", String(63), nullable=False),
    Column("at", Float, nullable=False),
)

backups = Table(
    "backups",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("device", String(63), nullable=False, index=True),
    Column("at", Float, nullable=False),
    Column("change", String(32), index=True),
    Column("sha256", String(64), nullable=False),
    Column("bundle", Text, nullable=False),
)

drift_found = Table(
    "drift_found",
    metadata,
    Column("device", String(63), primary_key=True),
    Column("at", Float, nullable=False),
    Column("drifted", Boolean, nullable=False),
    Column("text", Text, nullable=False),
)
"""What the last drift check found of each device, in words that hold nothing of its configuration."""

restores = Table(
    "restores",
    metadata,
    Column("change", String(32), primary_key=True),
    Column("device", String(63), primary_key=True),
    Column("origin", Text, nullable=False),
    Column("bundle", Text, nullable=False),
)
"""What a change of kind ``restore`` takes a device back to."""

onboarded = Table(
    "onboarded",
    metadata,
    Column("device", String(63), primary_key=True),
    Column("identity", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("at", Float, nullable=False),
    Column("who", Text, nullable=False),
)
"""Which box stands for a device since its onboarding: serial or MAC, and the host key pinned then."""
