"""A TLS server that must prove its name with a certificate of a trusted authority."""

import asyncio
import ssl
from functools import cache

from monitoring.probes import Target, Trail
from monitoring.probes.tcp import connect

type Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def run(target: Target, trail: Trail) -> str:
    """Shake hands and hang up."""
    _, writer = await shake_hands(target, trail)
    version = writer.get_extra_info("ssl_object").version()
    hang_up(writer)
    return f"{target.name} speaks {version}"


async def shake_hands(target: Target, trail: Trail) -> Streams:
    """Connect, then verify the certificate for the target's name.

    The socket belongs to asyncio from the handshake on, also when it fails: closing it here would close
    whatever other connection has been given its number meanwhile.
    """
    context = trusting(target.ca_file)  # before any stage: a missing CA file is the probe's own fault
    channel = await connect(target, trail)
    trail.enter("tls")
    try:
        return await asyncio.open_connection(sock=channel, ssl=context, server_hostname=target.name)
    except ssl.SSLCertVerificationError as reason:
        raise OSError(0, f"certificate not accepted: {reason.verify_message}") from None


def hang_up(writer: asyncio.StreamWriter) -> None:
    """Drop the connection without waiting for the farewell of the other side."""
    writer.transport.abort()


@cache
def trusting(ca_file: str | None) -> ssl.SSLContext:
    """One context for all probes: building one costs more than a handshake."""
    return ssl.create_default_context(cafile=ca_file)
