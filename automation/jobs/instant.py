"""What time it is, for leases: clocks of machines that share a database differ, so the database's own decides."""

from sqlalchemy import Connection, text

from automation.clock import REAL, Clock


def instant(connection: Connection, clock: Clock = REAL) -> float:
    """Epoch seconds. SQLite is on this machine and has no better clock than we; neither has a clock made for a test."""
    if clock is REAL and connection.dialect.name == "postgresql":
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())
    return clock.wall()
