"""Webhooks out: subscriptions, deliveries still to be made, what was told last, and who delivers."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "webhooks",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("url", sa.Text, nullable=False),
        sa.Column("events", sa.JSON, nullable=False),
        sa.Column("secret", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("delivered_at", sa.Float),
        sa.Column("cursor", sa.Integer, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
    )
    op.create_table(
        "webhook_deliveries",
        sa.Column("id", sa.String(36), primary_key=True),
        sa.Column("webhook", sa.Integer, sa.ForeignKey("webhooks.id", ondelete="CASCADE"), nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", sa.Float, nullable=False),
        sa.Column("next_at", sa.Float, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("dead", sa.Boolean, nullable=False),
        sa.Column("error", sa.Text),
    )
    columns = ["webhook", "dead", "sequence"]
    op.create_index("ix_webhook_deliveries_webhook_dead_sequence", "webhook_deliveries", columns)
    op.create_table(
        "webhook_told",
        sa.Column("topic", sa.String(32), primary_key=True),
        sa.Column("state", sa.JSON, nullable=False),
    )
    op.create_table(
        "webhook_lease",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("owner", sa.String(36), nullable=False),
        sa.Column("until", sa.Float, nullable=False),
    )
    op.execute("INSERT INTO webhook_lease (id, owner, until) VALUES (1, '', 0)")


def downgrade() -> None:
    """Drop the tables."""
    for name in ("webhook_lease", "webhook_told", "webhook_deliveries", "webhooks"):
        op.drop_table(name)
