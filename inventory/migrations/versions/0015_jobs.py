"""Jobs that wait in queues and are claimed by workers; locks of devices; windows, schedules, changes that go on."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

FRESH = ("job_schedules", "job_overrides", "job_windows", "job_workers")
RUNNING = sa.text("state = 'running'")


def _job_columns() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("queue", sa.String(80), nullable=False, server_default=""),
        sa.Column("payload", sa.JSON),
        sa.Column("result", sa.JSON),
        sa.Column("not_before", sa.Float, nullable=False, server_default="0"),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("attempts_most", sa.Integer, nullable=False, server_default="1"),
        sa.Column("worker", sa.Text),
        sa.Column("token", sa.Integer, nullable=False, server_default="0"),
        sa.Column("until", sa.Float, nullable=False, server_default="0"),
        sa.Column("alone", sa.String(80)),
        sa.Column("done", sa.Integer, nullable=False, server_default="0"),
        sa.Column("total", sa.Integer, nullable=False, server_default="0"),
    )


def upgrade() -> None:
    """Jobs, locks and changes of before stay; the jobs belong to no queue, so no worker takes them."""
    for column in _job_columns():
        op.add_column("jobs", column)
    op.create_index("ix_jobs_queue", "jobs", ["queue", "state"])
    op.create_index("uq_jobs_alone", "jobs", ["alone"], unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING)
    op.add_column("changes", sa.Column("resumes", sa.String(32)))
    op.add_column("leases", sa.Column("basis", sa.Integer))
    _length_of_resource(64, 96)
    _workers_and_windows()
    op.create_table(
        "job_schedules",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("cron", sa.Text, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
        sa.Column("next", sa.Float, nullable=False),
        sa.Column("last_job", sa.Integer),
    )


def downgrade() -> None:
    """What still waits is forgotten, and so are locks: only a change under way would need them."""
    for table in FRESH:
        op.drop_table(table)
    op.execute("DELETE FROM leases")
    op.execute("DELETE FROM jobs WHERE state = 'queued'")
    _length_of_resource(96, 64)
    op.drop_column("leases", "basis")
    op.drop_column("changes", "resumes")
    op.drop_index("uq_jobs_alone", "jobs")
    op.drop_index("ix_jobs_queue", "jobs")
    for column in _job_columns():
        op.drop_column("jobs", column.name)


def _length_of_resource(before: int, after: int) -> None:
    """SQLite does not look at lengths."""
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("leases", "resource", existing_type=sa.String(before), type_=sa.String(after))


def _workers_and_windows() -> None:
    op.create_table(
        "job_workers",
        sa.Column("name", sa.String(120), primary_key=True),
        sa.Column("queues", sa.JSON, nullable=False),
        sa.Column("started", sa.Float, nullable=False),
        sa.Column("seen", sa.Float, nullable=False),
    )
    op.create_table(
        "job_windows",
        sa.Column("name", sa.String(63), primary_key=True),
        sa.Column("blackout", sa.Boolean, nullable=False),
        sa.Column("cron", sa.Text),
        sa.Column("minutes", sa.Integer),
        sa.Column("begins", sa.Float),
        sa.Column("ends", sa.Float),
        sa.Column("scope", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("created", sa.Float, nullable=False),
    )
    op.create_table(
        "job_overrides",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("change", sa.String(32), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("against", sa.Text, nullable=False),
        sa.Column("at", sa.Float, nullable=False),
    )
    op.create_index("ix_job_overrides_change", "job_overrides", ["change"])
