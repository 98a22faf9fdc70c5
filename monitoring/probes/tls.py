"""A TLS server that must prove its name with a certificate of a trusted authority."""

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from monitoring.probes import Target, Trail, WrongAnswer
from monitoring.probes.tcp import Line, connect

DAY = 86400.0
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
    line, secured = await shake_hands(target, trail)
    with line.channel:
        proof, spoken = certificate(secured), secured.version()
    return f"{target.name} speaks {spoken}, certificate by {proof.issuer}, {proof.days_left:.0f} days left"


async def shake_hands(target: Target, trail: Trail) -> tuple[Line, ssl.SSLSocket]:
    """Connect, then verify chain and name of the certificate, and that it lasts. Sessions are never resumed."""
    context = trusting(target.ca_file)  # before any stage: a missing CA file is the probe's own fault
    plain, _ = await connect(target, trail)
    trail.enter("tls")
    secured = context.wrap_socket(plain.channel, server_hostname=target.name, do_handshake_on_connect=False)
    line = Line(secured)
    try:
        await line.patiently(secured.do_handshake)
        trail.days_left = certificate(secured).days_left
        if trail.days_left < target.certificate_days:
            wanted = f"{target.certificate_days:g} are wanted"
            raise WrongAnswer(f"the certificate ends in {trail.days_left:.1f} days, {wanted}")
    except ssl.SSLCertVerificationError as reason:
        secured.close()
        raise OSError(0, f"certificate not accepted: {reason.verify_message}") from None
    except BaseException:
        secured.close()
        raise
    return line, secured


def certificate(secured: ssl.SSLSocket) -> Certificate:
    """The certificate of the other side, which has been verified."""
    encoded = secured.getpeercert(binary_form=True) or b""
    if encoded not in _seen:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[encoded] = _taken_apart(secured.getpeercert() or {})
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
