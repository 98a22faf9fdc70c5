"""Tables of what was seen: the latest of every cell, the history of probes, vantages, states of elements."""

from sqlalchemy import JSON, Boolean, Column, Float, String, Table, Text

from inventory.database.metadata import metadata

cells = Table(
    "cells",
    metadata,
    Column("site", String(63), primary_key=True),
    Column("service", String(63), primary_key=True),
    Column("at", Float, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("since", Float, nullable=False),
    Column("stage", String(8)),
    Column("ms", Float),
    Column("text", Text, nullable=False),
    Column("last", JSON, nullable=False),
)
"""The newest result of each cell; ``last`` holds the few newest as [at, ok, stage], oldest first."""

observations = Table(
    "observations",
    metadata,
    Column("site", String(63), primary_key=True),
    Column("service", String(63), primary_key=True),
    Column("at", Float, primary_key=True),
    Column("ok", Boolean, nullable=False),
    Column("stage", String(8)),
    Column("ms", Float),
    sqlite_with_rowid=False,
)
"""Every result of the days kept, back-filled ones included."""

vantages = Table(
    "vantages",
    metadata,
    Column("site", String(63), primary_key=True),
    Column("heard", Float, nullable=False),
)
"""When the agent of each site was last heard, by our clock."""

element_states = Table(
    "element_states",
    metadata,
    Column("element", String(80), primary_key=True),
    Column("up", Boolean, nullable=False),
    Column("since", Float, nullable=False),
    Column("seen", Float, nullable=False),
    Column("evidence", Text, nullable=False),
)
"""The last known state of links, devices and services, with the evidence for it."""
