"""Telemetry: what devices last said, traffic in slots, traps, alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    _create_polls()
    op.create_table(
        "interface_traffic",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("interface", sa.String(), nullable=False),
        sa.Column("slot", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("length", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("in_bits", sa.Float(), nullable=False),
        sa.Column("out_bits", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("device", "interface", "slot", name="pk_interface_traffic"),
    )
    op.create_index("ix_interface_traffic_slot", "interface_traffic", ["slot"])
    op.create_table(
        "traps",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("device", sa.String()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("interface", sa.String()),
        sa.Column("objects", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_traps"),
    )
    op.create_table(
        "alerts",
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("labels", sa.JSON(), nullable=False),
        sa.Column("annotations", sa.JSON(), nullable=False),
        sa.Column("starts_at", sa.Float(), nullable=False),
        sa.Column("ends_at", sa.Float()),
        sa.Column("received_at", sa.Float(), nullable=False),
        sa.Column("acknowledged_by", sa.String()),
        sa.Column("acknowledged_at", sa.Float()),
        sa.PrimaryKeyConstraint("fingerprint", name="pk_alerts"),
    )


def _create_polls() -> None:
    op.create_table(
        "device_polls",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("seconds", sa.Float(), nullable=False),
        sa.Column("uptime", sa.Float()),
        sa.Column("sys_name", sa.String()),
        sa.PrimaryKeyConstraint("device", name="pk_device_polls"),
    )
    op.create_table(
        "interface_polls",
        sa.Column("device", sa.String(), nullable=False),
        sa.Column("interface", sa.String(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.Column("ifindex", sa.Integer(), nullable=False),
        sa.Column("alias", sa.String()),
        sa.Column("admin", sa.String(), nullable=False),
        sa.Column("oper", sa.String(), nullable=False),
        sa.Column("speed_bps", sa.BigInteger()),
        sa.Column("usable_for_capacity", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("device", "interface", name="pk_interface_polls"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for table in ("alerts", "traps", "interface_traffic", "interface_polls", "device_polls"):
        op.drop_table(table)
