"""The one place that knows pysnmp: its engine below the convenience layer, so that no MIB is ever looked up."""

import asyncio
from collections.abc import Sequence
from typing import Any

from pyasn1.error import PyAsn1Error
from pysnmp.carrier.asyncio.dgram import udp, udp6
from pysnmp.entity import config, engine
from pysnmp.entity.rfc3413 import cmdgen
from pysnmp.error import PySnmpError
from pysnmp.proto import rfc1905
from pysnmp.proto.api import v2c

from monitoring.snmp.credentials import Community, Credentials, User
from monitoring.snmp.session import Bindings, NoAnswer, OddAnswer, Oid, Value

_AUTH = {
    "MD5": config.USM_AUTH_HMAC96_MD5,
    "SHA": config.USM_AUTH_HMAC96_SHA,
    "SHA-224": config.USM_AUTH_HMAC128_SHA224,
    "SHA-256": config.USM_AUTH_HMAC192_SHA256,
    "SHA-384": config.USM_AUTH_HMAC256_SHA384,
    "SHA-512": config.USM_AUTH_HMAC384_SHA512,
}
_PRIV = {
    "DES": config.USM_PRIV_CBC56_DES,
    "AES": config.USM_PRIV_CFB128_AES,
    "AES-192": config.USM_PRIV_CFB192_AES,
    "AES-256": config.USM_PRIV_CFB256_AES,
}
_TICK = 0.05
_NULL = v2c.Null("")


class Client:
    """One SNMP engine and its sockets; make it inside the running event loop, in the right network namespace.

    A restarted SNMPv3 agent is heard at once; one that comes back with another engine identifier (a replaced device)
    only when pysnmp forgets the old one, after five minutes.
    """

    def __init__(self, credentials: Credentials, *, timeout: float, retries: int) -> None:
        self._engine: Any = engine.SnmpEngine()
        self._timeout, self._retries = timeout, retries
        self._targets: dict[tuple[str, int], str] = {}
        self._domains: set[Oid] = set()
        _add_credentials(self._engine, credentials)

    def session(self, address: str, port: int = 161) -> "PysnmpSession":
        """A session with the agent at an IPv4 or IPv6 address."""
        name = self._targets.get((address, port))
        if name is None:
            name = self._targets[address, port] = f"t{len(self._targets)}"
            domain = udp6.DOMAIN_NAME if ":" in address else udp.DOMAIN_NAME
            self._open(domain)
            hundredths = self._timeout * 100
            config.add_target_address(self._engine, name, domain, (address, port), "access", hundredths, self._retries)
        return PysnmpSession(self._engine, name, f"{address}:{port}")

    def _open(self, domain: Oid) -> None:
        if domain in self._domains:
            return
        self._domains.add(domain)
        transport = udp6.Udp6AsyncioTransport() if domain == udp6.DOMAIN_NAME else udp.UdpAsyncioTransport()
        if self._engine.transport_dispatcher is None:
            dispatcher = transport.PROTO_TRANSPORT_DISPATCHER()
            dispatcher.set_timer_resolution(_TICK)
            self._engine.register_transport_dispatcher(dispatcher)
        config.add_transport(self._engine, domain, transport.open_client_mode())

    def close(self) -> None:
        """Close the sockets."""
        if self._engine.transport_dispatcher is not None:
            self._engine.close_dispatcher()


class PysnmpSession:
    """A conversation with one agent."""

    def __init__(self, snmp_engine: Any, target: str, where: str) -> None:
        self._engine, self._target, self._where = snmp_engine, target, where

    async def get(self, oids: Sequence[Oid]) -> Bindings:
        """Values of exactly these objects, in order."""
        pdu = v2c.GetRequestPDU()
        v2c.apiPDU.set_defaults(pdu)
        return await self._ask(pdu, oids)

    async def bulk(self, scalars: Sequence[Oid], columns: Sequence[Oid], repetitions: int) -> Bindings:
        """One GETBULK."""
        pdu = v2c.GetBulkRequestPDU()
        v2c.apiBulkPDU.set_defaults(pdu)
        v2c.apiBulkPDU.set_non_repeaters(pdu, len(scalars))
        v2c.apiBulkPDU.set_max_repetitions(pdu, repetitions)
        return await self._ask(pdu, [*scalars, *columns])

    async def _ask(self, pdu: Any, oids: Sequence[Oid]) -> Bindings:
        v2c.apiPDU.set_varbinds(pdu, [(v2c.ObjectIdentifier(name), _NULL) for name in oids])
        answer: asyncio.Future[tuple[Any, Any]] = asyncio.get_running_loop().create_future()

        def answered(_engine: Any, _handle: Any, failure: Any, response: Any, _context: Any) -> None:
            if not answer.done():
                answer.set_result((failure, response))

        try:
            cmdgen.CommandGenerator().send_pdu(self._engine, self._target, None, "", pdu, answered, None)
            failure, response = await answer
        except (PySnmpError, PyAsn1Error, OSError) as error:
            raise NoAnswer(f"SNMP request not sent: {error}", where=self._where) from None
        if failure is not None:
            raise NoAnswer(f"no SNMP answer: {failure}", where=self._where)
        if status := int(v2c.apiPDU.get_error_status(response)):
            raise OddAnswer(f"SNMP error status {status}", where=self._where)
        return [(tuple(name), _plain(value)) for name, value in v2c.apiPDU.get_varbinds(response)]


_ABSENT = (rfc1905.NoSuchObject, rfc1905.NoSuchInstance, rfc1905.EndOfMibView)


def _plain(value: Any) -> Value:
    if isinstance(value, _ABSENT):
        return None
    if isinstance(value, v2c.ObjectIdentifier):
        return tuple(value)
    if isinstance(value, v2c.OctetString):
        return bytes(value)
    return None if isinstance(value, v2c.Null) else int(value)


def _add_credentials(snmp_engine: Any, credentials: Credentials) -> None:
    if isinstance(credentials, Community):
        config.add_v1_system(snmp_engine, "area", credentials.community.get_secret_value())
        config.add_target_parameters(snmp_engine, "access", "area", "noAuthNoPriv", 1)
        return
    level = _add_user(snmp_engine, credentials)
    config.add_target_parameters(snmp_engine, "access", credentials.user, level, 3)


def _add_user(snmp_engine: Any, user: User) -> str:
    auth, priv = user.auth_password, user.priv_password if user.auth_password else None
    config.add_v3_user(
        snmp_engine,
        user.user,
        _AUTH[user.auth_protocol] if auth else config.USM_AUTH_NONE,
        auth.get_secret_value() if auth else None,
        _PRIV[user.priv_protocol] if priv else config.USM_PRIV_NONE,
        priv.get_secret_value() if priv else None,
    )
    return "authPriv" if priv else "authNoPriv" if auth else "noAuthNoPriv"
