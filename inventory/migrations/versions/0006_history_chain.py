"""What makes the history tamper-evident."""

import sqlalchemy as sa
from alembic import op

from inventory.database.chain import GENESIS, entry_digest, listed, seal

revision = "0006"
down_revision = "0005"

_revisions = sa.table("inventory_revisions", *map(sa.column, ("id", "at", "who", "why")))
_history = sa.table(
    "inventory_history",
    *map(sa.column, ("revision", "noun", "slug", "action")),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
)


def upgrade() -> None:
    """Create the table and seal every revision there is."""
    chain = op.create_table(
        "inventory_chain",
        sa.Column("revision", sa.Integer, sa.ForeignKey("inventory_revisions.id"), primary_key=True),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("entries", sa.Text, nullable=False),
    )
    connection, digest = op.get_bind(), GENESIS
    for header in connection.execute(sa.select(_revisions).order_by(_revisions.c.id)).mappings().all():
        of = _history.c
        rows = sa.select(of.noun, of.slug, of.action, of.before, of.after).where(of.revision == header["id"])
        entries = listed((row.noun, row.slug, entry_digest(*row)) for row in connection.execute(rows))
        digest = seal(digest, dict(header), entries)
        connection.execute(sa.insert(chain), {"revision": header["id"], "digest": digest, "entries": entries})


def downgrade() -> None:
    """Drop the table; the history itself stays."""
    op.drop_table("inventory_chain")
