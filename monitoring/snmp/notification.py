"""Notifications read from the wire: SNMPv2c by community, SNMPv3 by user, both authenticated or refused."""

import hmac
from dataclasses import dataclass, field

from monitoring.snmp import ber, usm
from monitoring.snmp.credentials import Community, User
from monitoring.snmp.oids import SNMP_TRAP_OID, TRAP_KINDS
from monitoring.snmp.session import Oid, Value, dotted

TRAP, INFORM, RESPONSE = 0xA7, 0xA6, 0xA2
_WINDOW = 150
_V2C, _V3 = 1, 3
_AUTHENTICATED, _ENCRYPTED = 1, 2


@dataclass(frozen=True, slots=True)
class Notification:
    """What an agent tells of its own accord; ``reply`` answers an inform."""

    kind: str
    objects: dict[Oid, Value]
    reply: bytes | None = None


@dataclass
class Reader:
    """Reads messages of agents that know one of our secrets. Raises Malformed for everything else."""

    community: Community | None = None
    user: User | None = None
    _clocks: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    def read(self, message: bytes) -> Notification:
        """Read one datagram."""
        _, body, _ = ber.element(message, 0, ber.SEQUENCE)
        _, version, position = ber.element(body, 0, ber.INTEGER)
        if ber.integer(version) == _V2C:
            return self._community(message, body, position)
        if ber.integer(version) == _V3:
            return self._user(message, body, position)
        raise ber.Malformed("neither SNMPv2c nor SNMPv3")

    def _community(self, message: bytes, body: bytes, position: int) -> Notification:
        _, community, position = ber.element(body, position, ber.OCTETS)
        known = self.community.community.get_secret_value().encode() if self.community else b""
        if not known or not hmac.compare_digest(community, known):
            raise ber.Malformed("unknown community")
        tag, pdu, _ = ber.element(body, position)
        reply = None
        if tag == INFORM:
            place = len(message) - len(body) + position
            reply = message[:place] + bytes([RESPONSE]) + message[place + 1 :]
        return _notification(tag, pdu, reply)

    def _user(self, message: bytes, body: bytes, position: int) -> Notification:
        _, header, position = ber.element(body, position, ber.SEQUENCE)
        flags = [content for _, content in ber.elements(header)][2][:1]
        _, security, position = ber.element(body, position, ber.OCTETS)
        _, fields, _ = ber.element(security, 0, ber.SEQUENCE)
        parts = [content for _, content in ber.elements(fields)]
        if len(parts) != 6 or not flags or not flags[0] & _AUTHENTICATED:
            raise ber.Malformed("not authenticated")
        engine_id, boots, seconds = parts[0], ber.integer(parts[1]), ber.integer(parts[2])
        name, signature, salt = parts[3:]
        if self.user is None or not hmac.compare_digest(name, self.user.user.encode()):
            raise ber.Malformed("unknown user")
        if not signature or message.count(signature) != 1:
            raise ber.Malformed("no signature")
        if not usm.authentic(self.user, engine_id, message.replace(signature, bytes(len(signature))), signature):
            raise ber.Malformed("wrong signature")
        self._must_be_timely(engine_id, boots, seconds)
        tag, scoped, _ = ber.element(body, position)
        if flags[0] & _ENCRYPTED:
            plain = usm.decrypted(self.user, engine_id, boots, seconds, salt, scoped)
            _, scoped, _ = ber.element(plain, 0, ber.SEQUENCE)
        elif self.user.priv_password is not None:
            raise ber.Malformed("not encrypted")
        *_, (tag, pdu) = ber.elements(scoped)
        if tag == INFORM:
            raise ber.Malformed("SNMPv3 informs are not received")
        return _notification(tag, pdu, None)

    def _must_be_timely(self, engine_id: bytes, boots: int, seconds: int) -> None:
        """Refuse replays: the sender's clock, once heard, may not run back by more than the window."""
        last = self._clocks.get(engine_id, (0, 0))
        if boots < last[0] or (boots == last[0] and seconds < last[1] - _WINDOW):
            raise ber.Malformed("outside the time window")
        self._clocks[engine_id] = max(last, (boots, seconds))


def _notification(tag: int, pdu: bytes, reply: bytes | None) -> Notification:
    if tag not in (TRAP, INFORM):
        raise ber.Malformed("not a notification")
    *_, (bindings_tag, bindings) = ber.elements(pdu)
    if bindings_tag != ber.SEQUENCE:
        raise ber.Malformed("no variable bindings")
    objects: dict[Oid, Value] = {}
    for _, binding in ber.elements(bindings):
        _, name, position = ber.element(binding, 0, ber.OBJECT)
        value_tag, content, _ = ber.element(binding, position)
        objects[ber.object_id(name)] = ber.value(value_tag, content)
    identity = objects.get(SNMP_TRAP_OID)
    if not isinstance(identity, tuple):
        raise ber.Malformed("no snmpTrapOID")
    return Notification(TRAP_KINDS.get(identity, dotted(identity)), objects, reply)
