"""Restores, what rules found on devices, and who was let in at onboarding."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "restores",
        sa.Column("change", sa.String(32), primary_key=True),
        sa.Column("device", sa.String(63), primary_key=True),
        sa.Column("origin", sa.Text, nullable=False),
        sa.Column("bundle", sa.Text, nullable=False),
    )
    op.create_table(
        "compliance_found",
        sa.Column("device", sa.String(63), primary_key=True),
        sa.Column("rule", sa.String(32), primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("line", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
    )
    op.create_table(
        "onboarded",
        sa.Column("device", sa.String(63), primary_key=True),
        sa.Column("identity", sa.String(64), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("onboarded")
    op.drop_table("compliance_found")
    op.drop_table("restores")
