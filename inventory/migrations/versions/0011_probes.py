"""What probes report in detail, what agents say of themselves, and views from elsewhere than a site."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ADDED = {"cells": ("changes", "families", "stages", "days_left", "seq"), "vantages": ("health", "seq")}


def upgrade() -> None:
    """Create the tables and columns; what is there already counts as written before anything else."""
    with op.batch_alter_table("cells") as cells:
        cells.add_column(sa.Column("changes", sa.JSON, nullable=False, server_default="[]"))
        cells.add_column(sa.Column("families", sa.JSON, nullable=False, server_default="{}"))
        cells.add_column(sa.Column("stages", sa.JSON, nullable=False, server_default="{}"))
        cells.add_column(sa.Column("days_left", sa.Float))
        cells.add_column(sa.Column("seq", sa.BigInteger, nullable=False, server_default="0"))
    with op.batch_alter_table("vantages") as vantages:
        vantages.add_column(sa.Column("health", sa.JSON))
        vantages.add_column(sa.Column("seq", sa.BigInteger, nullable=False, server_default="0"))
    for table in ADDED:
        op.create_index(f"ix_{table}_seq", table, ["seq"])
    op.create_table(
        "observation_clock",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seq", sa.BigInteger, nullable=False),
    )
    op.execute("INSERT INTO observation_clock (id, seq) VALUES (1, 0)")
    op.create_table(
        "views",
        sa.Column("kind", sa.String(8), primary_key=True),
        sa.Column("vantage", sa.String(63), primary_key=True),
        sa.Column("service", sa.String(63), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("ok", sa.Boolean, nullable=False),
        sa.Column("stage", sa.String(8)),
        sa.Column("ms", sa.Float),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("families", sa.JSON, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    for name in ("views", "observation_clock"):
        op.drop_table(name)
    for table, columns in ADDED.items():
        op.drop_index(f"ix_{table}_seq", table)
        with op.batch_alter_table(table) as altered:
            for column in columns:
                altered.drop_column(column)
