"""Tables of what was seen: the latest of every cell, the history of probes, vantages, states of elements."""

from sqlalchemy import JSON, BigInteger, Boolean, Column, Float, Integer, String, Table, Text

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
    Column("changes", JSON, nullable=False),
    Column("families", JSON, nullable=False),
    Column("stages", JSON, nullable=False),
    Column("days_left", Float),
    Column("tried", JSON, nullable=False),
    Column("seq", BigInteger, nullable=False, index=True),
)
"""The newest result of each cell. ``last`` holds the few newest and ``changes`` those unlike the one before them, as
[at, ok, stage], oldest first; ``tried`` the few newest of each IP family. ``seq`` grows with every write, so that what
is new can be asked for."""

observations = Table(
    "observations",
    metadata,
    Column("site", String(63), primary_key=True),
    Column("service", String(63), primary_key=True),
    Column("at", Float, primary_key=True),
    Column("ok", Boolean, nullable=False),
    Column("stage", String(8)),
    Column("ms", Float),
    Column("broken", String(1)),
    sqlite_with_rowid=False,
)
"""Every result of the days kept, back-filled ones included; ``broken`` is the IP family that failed while the other
one answered."""

vantages = Table(
    "vantages",
    metadata,
    Column("site", String(63), primary_key=True),
    Column("heard", Float, nullable=False),
    Column("health", JSON),
    Column("seq", BigInteger, nullable=False, index=True),
)
"""When the agent of each site was last heard, by our clock, and what it last said of itself."""

observation_clock = Table(
    "observation_clock",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""One row: the newest ``seq`` given out. Writers take it one after another, so its order is that of the commits."""

views = Table(
    "views",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("vantage", String(63), primary_key=True),
    Column("service", String(63), primary_key=True),
    Column("at", Float, nullable=False),
    Column("ok", Boolean, nullable=False),
    Column("stage", String(8)),
    Column("ms", Float),
    Column("text", Text, nullable=False),
    Column("families", JSON, nullable=False),
)
"""The newest result of each probe run elsewhere than at a site: at a PoP or on a device. These never confirm a site."""

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

element_history = Table(
    "element_history",
    metadata,
    Column("element", String(80), primary_key=True),
    Column("at", Float, primary_key=True, index=True),
    Column("up", Boolean, nullable=False),
    Column("evidence", Text, nullable=False),
)
"""A row for each time an element went down or came up, so that the past can be computed."""
