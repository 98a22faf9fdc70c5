"""Access bound to tenants, last use of tokens, sessions of people who hold no token, the sealed local admin."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KEPT = "INSERT INTO sessions SELECT o.digest, o.token_id, t.name, t.role, t.site, NULL, 'token', o.expires_at"


def upgrade() -> None:
    """Add the columns and tables; open sessions stay open."""
    op.add_column("tokens", sa.Column("tenant", sa.String(63)))
    op.add_column("tokens", sa.Column("last_used_at", sa.Float))
    op.rename_table("sessions", "old_sessions")
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("token_id", sa.Integer, sa.ForeignKey("tokens.id", ondelete="CASCADE")),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("site", sa.String(63)),
        sa.Column("tenant", sa.String(63)),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_access_sessions"),
    )
    op.execute(f"{KEPT} FROM old_sessions o JOIN tokens t ON t.id = o.token_id")
    op.drop_table("old_sessions")
    op.create_table(
        "break_glass",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("seal", sa.String(255), nullable=False),
        sa.Column("sealed_at", sa.Float, nullable=False),
    )
    op.create_table(
        "access_log",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("at", sa.Float, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("who", sa.String(63), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("acknowledged_at", sa.Float),
        sa.Column("acknowledged_by", sa.String(63)),
    )


def downgrade() -> None:
    """Back to sessions of tokens; those of people without a token end."""
    op.drop_table("access_log")
    op.drop_table("break_glass")
    op.rename_table("sessions", "new_sessions")
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("token_id", sa.Integer, sa.ForeignKey("tokens.id", ondelete="CASCADE"), nullable=False),
        sa.Column("expires_at", sa.Float, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_token_sessions"),
    )
    columns = "digest, token_id, expires_at"
    op.execute(f"INSERT INTO sessions SELECT {columns} FROM new_sessions WHERE token_id IS NOT NULL")
    op.drop_table("new_sessions")
    op.drop_column("tokens", "last_used_at")
    op.drop_column("tokens", "tenant")
