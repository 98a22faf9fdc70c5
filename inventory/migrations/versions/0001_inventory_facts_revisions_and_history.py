"""Inventory facts, revisions and history."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "inventory_facts",
        sa.Column("noun", sa.String(32), primary_key=True),
        sa.Column("slug", sa.String(63), primary_key=True),
        sa.Column("body", sa.JSON, nullable=False),
    )
    op.create_table(
        "inventory_revisions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
    )
    op.create_index("ix_inventory_revisions_at", "inventory_revisions", ["at"])
    op.create_table(
        "inventory_history",
        sa.Column("revision", sa.Integer, sa.ForeignKey("inventory_revisions.id"), primary_key=True),
        sa.Column("noun", sa.String(32), primary_key=True),
        sa.Column("slug", sa.String(63), primary_key=True),
        sa.Column("action", sa.String(8), nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
    )
    op.create_index("ix_inventory_history_noun_slug_revision", "inventory_history", ["noun", "slug", "revision"])


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("inventory_history")
    op.drop_table("inventory_revisions")
    op.drop_table("inventory_facts")
