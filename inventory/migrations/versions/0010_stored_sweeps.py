"""Stored sweeps: what each element costs when it fails, and which pairs cost more than their parts."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "sweeps",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("elements", sa.Integer, nullable=False),
        sa.Column("pairs", sa.Integer),
    )
    op.create_table(
        "sweep_tolls",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("element", sa.String(80), primary_key=True),
        sa.Column("cells", sa.Integer, nullable=False),
        sa.Column("sites", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("services", sa.Integer, nullable=False),
    )
    op.create_table(
        "sweep_pairs",
        sa.Column("revision", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("day", sa.String(10), primary_key=True),
        sa.Column("one", sa.String(80), primary_key=True),
        sa.Column("other", sa.String(80), primary_key=True),
        sa.Column("cells", sa.Integer, nullable=False),
        sa.Column("sites", sa.Integer, nullable=False),
        sa.Column("people", sa.Integer, nullable=False),
        sa.Column("alone", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("sweep_pairs", "sweep_tolls", "sweeps"):
        op.drop_table(name)
