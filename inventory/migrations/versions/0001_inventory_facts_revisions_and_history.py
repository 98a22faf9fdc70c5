"""Inventory facts, revisions and history."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""


def downgrade() -> None:
    """Drop the tables."""
