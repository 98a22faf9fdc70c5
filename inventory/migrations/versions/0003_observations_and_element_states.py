"""Observations and element states."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "cells",
        sa.Column("site", sa.String(63), primary_key=True),
        sa.Column("service", sa.String(63), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("stage", sa.String(8)),
        sa.Column("ms", sa.Float),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("last", sa.JSON, nullable=False),
    )
    op.create_table(
        "observations",
        sa.Column("site", sa.String(63), primary_key=True),
        sa.Column("service", sa.String(63), primary_key=True),
        sa.Column("at", sa.Float, primary_key=True),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("stage", sa.String(8)),
        sa.Column("ms", sa.Float),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vantages",
        sa.Column("site", sa.String(63), primary_key=True),
        sa.Column("heard", sa.Float, nullable=False),
    )
    op.create_table(
        "element_states",
        sa.Column("element", sa.String(80), primary_key=True),
        sa.Column("up", sa.Boolean, nullable=False),
        sa.Column("since", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("element_states", "vantages", "observations", "cells"):
        op.drop_table(name)
