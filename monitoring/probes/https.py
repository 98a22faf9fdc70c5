"""A web server that must prove its name and answer a GET with the expected status and text."""

from monitoring.probes import Target, Trail
from monitoring.probes.http import ask
from monitoring.probes.tls import shake_hands


async def run(target: Target, trail: Trail) -> str:
    """Connect, verify, ask, compare."""
    line = await shake_hands(target, trail)
    try:
        return await ask(target, trail, line)
    finally:
        line.close()
