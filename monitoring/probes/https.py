"""A web server that must prove its name and answer a GET with the expected status and text."""

import ssl

from monitoring.probes import Target, Trail
from monitoring.probes.http import enough, request
from monitoring.probes.tls import secured


async def run(target: Target, trail: Trail) -> str:
    """Connect, verify, ask, compare."""
    return await secured(target, trail, lambda proven: _ask(target, trail, proven))


def _ask(target: Target, trail: Trail, proven: ssl.SSLSocket) -> str:
    trail.enter("http")
    proven.sendall(request(target))
    answer, piece = b"", b"-"
    while piece:
        piece = proven.recv(16384)
        answer += piece
        if enough(target, answer, ended=not piece):
            break
    return f"status {target.expect_status}"
