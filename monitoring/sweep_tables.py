"""Tables of stored sweeps: one row for each inventory and day, its tolls by element, its pairs."""

from sqlalchemy import Column, Float, Integer, String, Table

from inventory.database.metadata import metadata

sweeps = Table(
    "sweeps",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),
    Column("at", Float, nullable=False),
    Column("elements", Integer, nullable=False),
    Column("pairs", Integer),
)
"""Which sweeps are held; ``pairs`` is null until the pairs have been worked out."""

tolls = Table(
    "sweep_tolls",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),
    Column("element", String(80), primary_key=True),
    Column("cells", Integer, nullable=False),
    Column("sites", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("services", Integer, nullable=False),
)
"""Elements that cost something when they fail alone."""

pairs = Table(
    "sweep_pairs",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("day", String(10), primary_key=True),
    Column("one", String(80), primary_key=True),
    Column("other", String(80), primary_key=True),
    Column("cells", Integer, nullable=False),
    Column("sites", Integer, nullable=False),
    Column("people", Integer, nullable=False),
    Column("alone", Integer, nullable=False),
)
"""Pairs of elements that together cost more cells than both alone (``alone``)."""
