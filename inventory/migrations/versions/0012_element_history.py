"""How elements were at any time."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Create the table; what is known now is where the history begins."""
    op.create_table(
        "element_history",
        sa.Column("element", sa.String(80), primary_key=True),
        sa.Column("at", sa.Float, primary_key=True),
        sa.Column("up", sa.Boolean, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
    )
    op.create_index("ix_element_history_at", "element_history", ["at"])
    columns = "element, at, up, evidence"
    op.execute(f"INSERT INTO element_history ({columns}) SELECT element, since, up, evidence FROM element_states")


def downgrade() -> None:
    """Drop it."""
    op.drop_index("ix_element_history_at", "element_history")
    op.drop_table("element_history")
