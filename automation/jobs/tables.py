"""Tables of long work: jobs, the locks changes hold, workers, windows, overrides and schedules."""

from sqlalchemy import JSON, Boolean, Column, Float, Index, Integer, String, Table, Text, text

from inventory.database.metadata import metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("change", String(32), index=True),
    Column("state", String(16), nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("progress", Text, nullable=False),
    Column("cancel", Boolean, nullable=False),
    Column("created", Float, nullable=False),
    Column("updated", Float, nullable=False),
    Column("queue", String(80), nullable=False, server_default=""),
    Column("payload", JSON(none_as_null=True)),
    Column("result", JSON(none_as_null=True)),
    Column("not_before", Float, nullable=False, server_default="0"),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("attempts_most", Integer, nullable=False, server_default="1"),
    Column("worker", Text),
    Column("token", Integer, nullable=False, server_default="0"),
    Column("until", Float, nullable=False, server_default="0"),
    Column("alone", String(80)),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    Index("ix_jobs_queue", "queue", "state"),
    Index(
        "uq_jobs_alone", "alone", unique=True,
        sqlite_where=text("state = 'running'"), postgresql_where=text("state = 'running'"),
    ),
)  # fmt: skip
"""Of jobs with the same ``alone`` one runs at a time; the index makes that a law for workers that race."""

leases = Table(
    "leases",
    metadata,
    Column("resource", String(96), primary_key=True),
    Column("holder", Text, nullable=False),
    Column("token", Integer, nullable=False),
    Column("until", Float, nullable=False),
    Column("basis", Integer),
)

workers = Table(
    "job_workers",
    metadata,
    Column("name", String(120), primary_key=True),
    Column("queues", JSON, nullable=False),
    Column("started", Float, nullable=False),
    Column("seen", Float, nullable=False),
)

windows = Table(
    "job_windows",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("blackout", Boolean, nullable=False),
    Column("cron", Text),
    Column("minutes", Integer),
    Column("begins", Float),
    Column("ends", Float),
    Column("scope", JSON, nullable=False),
    Column("reason", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("created", Float, nullable=False),
)

overrides = Table(
    "job_overrides",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("change", String(32), nullable=False, index=True),
    Column("who", Text, nullable=False),
    Column("why", Text, nullable=False),
    Column("against", Text, nullable=False),
    Column("at", Float, nullable=False),
)

schedules = Table(
    "job_schedules",
    metadata,
    Column("name", String(63), primary_key=True),
    Column("cron", Text, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("scope", JSON, nullable=False),
    Column("who", Text, nullable=False),
    Column("created", Float, nullable=False),
    Column("next", Float, nullable=False),
    Column("last_job", Integer),
)
