"""A TLS server that must prove its name with a certificate of a trusted authority."""

import ssl
import time
from collections.abc import Callable, Mapping
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


class Secured:
    """TLS over a connection: records are taken from it as they come, not one by one from the kernel."""

    __slots__ = ("_come", "_go", "_line", "proof")

    def __init__(self, line: Line, context: ssl.SSLContext, name: str) -> None:
        self._line, self._come, self._go = line, ssl.MemoryBIO(), ssl.MemoryBIO()
        self.proof = context.wrap_bio(self._come, self._go, server_hostname=name)

    async def shake_hands(self) -> None:
        """Have the other side prove who it is."""
        await self._patiently(self.proof.do_handshake)

    async def send(self, data: bytes) -> None:
        """Send everything."""
        await self._patiently(self.proof.write, data)

    async def receive(self, most: int = 16384) -> bytes:
        """What comes next; nothing when the other side has hung up, politely or not."""
        try:
            return await self._patiently(self.proof.read, most)
        except (ssl.SSLEOFError, ssl.SSLZeroReturnError):
            return b""

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    async def _patiently[*Ts, T](self, act: Callable[[*Ts], T], *given: *Ts) -> T:
        """Do something again and again until it needs nothing more from the other side."""
        while True:
            try:
                done = act(*given)
            except ssl.SSLWantReadError:
                await self._flush()
                if piece := await self._line.receive():
                    self._come.write(piece)
                else:
                    self._come.write_eof()
            else:
                await self._flush()
                return done

    async def _flush(self) -> None:
        if self._go.pending:
            await self._line.send(self._go.read())


async def run(target: Target, trail: Trail) -> str:
    """Shake hands and hang up."""
    secured = await shake_hands(target, trail)
    secured.close()
    proof, spoken = certificate(secured.proof), secured.proof.version()
    return f"{target.name} speaks {spoken}, certificate by {proof.issuer}, {proof.days_left:.0f} days left"


async def shake_hands(target: Target, trail: Trail) -> Secured:
    """Connect, then verify chain and name of the certificate, and that it lasts. Sessions are never resumed."""
    context = trusting(target.ca_file)  # before any stage: a missing CA file is the probe's own fault
    line, _ = await connect(target, trail)
    trail.enter("tls")
    try:
        secured = Secured(line, context, target.name)
        await secured.shake_hands()
        trail.days_left = certificate(secured.proof).days_left
        if trail.days_left < target.certificate_days:
            wanted = f"{target.certificate_days:g} are wanted"
            raise WrongAnswer(f"the certificate ends in {trail.days_left:.1f} days, {wanted}")
    except ssl.SSLCertVerificationError as reason:
        line.close()
        raise OSError(0, f"certificate not accepted: {reason.verify_message}") from None
    except BaseException:
        line.close()
        raise
    return secured


def certificate(proof: ssl.SSLObject) -> Certificate:
    """The certificate of the other side, which has been verified."""
    encoded = proof.getpeercert(binary_form=True) or b""
    if encoded not in _seen:
        if len(_seen) >= REMEMBERED:
            _seen.clear()
        _seen[encoded] = _taken_apart(proof.getpeercert() or {})
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
