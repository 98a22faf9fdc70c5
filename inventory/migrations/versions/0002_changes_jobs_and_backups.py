"""Changes, jobs and backups."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "changes",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("undoes", sa.String(32)),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("revision", sa.Integer),
        sa.Column("plan_id", sa.String(32)),
        sa.Column("plan", sa.JSON),
        sa.Column("report", sa.JSON),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("comment", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
    )
    op.create_index("ix_changes_state", "changes", ["state"])
    op.create_index("ix_changes_created", "changes", ["created"])
    op.create_index("ix_changes_plan_id", "changes", ["plan_id"])
    op.create_table(
        "jobs",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("change", sa.String(32)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("progress", sa.Text, nullable=False),
        sa.Column("cancel", sa.Boolean, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("updated", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_jobs"),
    )
    op.create_index("ix_jobs_change", "jobs", ["change"])
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_table(
        "leases",
        sa.Column("resource", sa.String(64), nullable=False),
        sa.Column("holder", sa.Text, nullable=False),
        sa.Column("token", sa.Integer, nullable=False),
        sa.Column("until", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("resource", name="pk_leases"),
    )
    op.create_table(
        "backups",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("device", sa.String(63), nullable=False),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("change", sa.String(32)),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bundle", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_backups"),
    )
    op.create_index("ix_backups_device", "backups", ["device"])
    op.create_index("ix_backups_change", "backups", ["change"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("backups", "leases", "jobs", "changes"):
        op.drop_table(table)
