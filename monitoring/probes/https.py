"""A web server that must prove its name and answer a GET with the expected status and text."""

from monitoring.probes import Target, Trail
from monitoring.probes.http import ask
from monitoring.probes.tls import hang_up, shake_hands


async def run(target: Target, trail: Trail) -> str:
    """Connect, verify, ask, compare."""
    reader, writer = await shake_hands(target, trail)
    try:
        return await ask(target, trail, reader, writer)
    finally:
        hang_up(writer)
