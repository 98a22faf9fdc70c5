"""A TLS server that must prove its name with a certificate of a trusted authority."""

import asyncio
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache

from monitoring.probes import Target, Trail, WrongAnswer
from monitoring.probes.tcp import connect

type Talk = Callable[[ssl.SSLSocket], str]
"""What is said over a connection once the other side has been proven; the words for the result."""

DAY = 86400.0
THREADS_MOST = 128
REMEMBERED = 4096


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a server proved itself with; ``ends`` is epoch seconds."""

    issuer: str
    ends: float

    @property
    def days_left(self) -> float:
        """Days for which it is still valid."""
        return round((self.ends - time.time()) / DAY, 2)


_seen: dict[bytes, Certificate] = {}
"""By its encoding: to take one apart costs a tenth of a handshake, and most servers show the same for months."""


async def run(target: Target, trail: Trail) -> str:
    """Shake hands and hang up."""
    return await secured(target, trail, lambda proven: _told(target, proven))


def _told(target: Target, proven: ssl.SSLSocket) -> str:
    proof = certificate(proven)
    return f"{target.name} speaks {proven.version()}, certificate by {proof.issuer}, {proof.days_left:.0f} days left"


async def secured(target: Target, trail: Trail, talk: Talk) -> str:
    """Connect, prove the other side, then talk: in a thread, where waiting costs a quarter less than in a loop."""
    context = trusting(target.ca_file)  # before any stage: a missing CA file is the probe's own fault
    line, _ = await connect(target, trail)
    trail.enter("tls")
    work = _threads().submit(_prove, line.channel, context, target, trail, talk, trail.seconds_left())
    try:
        return await asyncio.wrap_future(work)
    except BaseException:
        if work.cancel():  # it never began, so nobody else closes the socket
            line.close()
        raise


def _prove(
    plain: socket.socket, context: ssl.SSLContext, target: Target, trail: Trail, talk: Talk, seconds: float
) -> str:
    """Verify chain and name of the certificate, and that it lasts, then talk. Sessions are never resumed.

    No single wait is longer than ``seconds``, so a thread that nobody waits for any more ends soon.
    """
    with plain:
        plain.settimeout(max(seconds, 0.001))
        try:
            proven = context.wrap_socket(plain, server_hostname=target.name)
        except ssl.SSLCertVerificationError as reason:
            raise OSError(0, f"certificate not accepted: {reason.verify_message}") from None
    with proven:
        trail.days_left = certificate(proven).days_left
        if trail.days_left < target.certificate_days:
            wanted = f"{target.certificate_days:g} are wanted"
            raise WrongAnswer(f"the certificate ends in {trail.days_left:.1f} days, {wanted}")
        return talk(proven)


@cache
def _threads() -> ThreadPoolExecutor:
    """Threads for conversations, as many as there are at the same time."""
    return ThreadPoolExecutor(THREADS_MOST, "probe")


def certificate(proven: ssl.SSLSocket) -> Certificate:
    """The certificate of the other side, which has been verified."""
    encoded = proven.getpeercert(binary_form=True) or b""
    if encoded not in _seen:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[encoded] = _taken_apart(proven.getpeercert() or {})
    return _seen[encoded]


def _taken_apart(fields: Mapping[str, object]) -> Certificate:
    issuer = fields.get("issuer", ())
    names = {key: value for part in issuer for key, value in part} if isinstance(issuer, tuple) else {}
    name = names.get("commonName") or names.get("organizationName") or "an unnamed authority"
    return Certificate(name, float(ssl.cert_time_to_seconds(str(fields["notAfter"]))))


@cache
def trusting(ca_file: str | None) -> ssl.SSLContext:
    """One context for all probes: building one costs more than a handshake."""
    return ssl.create_default_context(cafile=ca_file)
