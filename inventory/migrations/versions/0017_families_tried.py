"""The last results of each cell in each IP family, by which changes are judged, and the one that failed alone."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add the columns; nothing is known yet."""
    op.add_column("cells", sa.Column("tried", sa.JSON, nullable=False, server_default="{}"))
    op.add_column("observations", sa.Column("broken", sa.String(1)))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("observations", "broken")
    op.drop_column("cells", "tried")
