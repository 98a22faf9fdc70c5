"""Passwords checked by a directory over LDAP: found, bound with the password, asked for its groups.

A directory takes an empty password as "nobody in particular" and says yes (RFC 4513 §5.1.2), so it is never asked.
What a person types is escaped before it becomes part of a name or a filter; referrals are not followed, for they
would carry the password elsewhere.
"""

import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from ldap3 import ANONYMOUS, NONE, SIMPLE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException, LDAPInvalidDnError
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from api.login.grants import Grant, Person, read
from api.settings import LdapSettings
from inventory.errors import BadInput, Unreachable, WrongUsage

SOURCE = "ldap"
INVALID_CREDENTIALS = 49
NAME_MAX = 56
SECURE, PLAIN = "ldaps", "ldap"
BETWEEN = re.compile(r"(?<!\\),")
"""Commas between the parts of a name, not those inside one."""
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class Directory:
    """A directory as the settings describe it; every login opens its own connection."""

    def __init__(self, settings: LdapSettings) -> None:
        self._settings = settings
        where = urlsplit(settings.url)
        if where.scheme not in (SECURE, PLAIN) or not where.hostname:
            raise WrongUsage("is not ldaps://host or ldap://host:port", where="SILESIANET_LDAP_URL")
        self._starttls = where.scheme == PLAIN and settings.starttls
        if where.scheme == PLAIN and not self._starttls and where.hostname not in THIS_MACHINE:
            fix = "use ldaps:// or leave SILESIANET_LDAP_STARTTLS on"
            raise WrongUsage("passwords would cross the network unencrypted", where="SILESIANET_LDAP_URL", fix=fix)
        if not settings.bind_dn and not settings.search_base:
            fix = "set SILESIANET_LDAP_BIND_DN or SILESIANET_LDAP_SEARCH_BASE"
            raise WrongUsage("nothing says where people are", where="SILESIANET_LDAP_URL", fix=fix)
        self.grants: dict[str, Grant] = read(settings.roles, "SILESIANET_LDAP_ROLES", _same)

    def person(self, name: str, password: str) -> Person | None:
        """Whoever has this name and password; null when there is no such person or the password is wrong.

        Unreachable when the directory does not answer, or not as it should.
        """
        name = name.strip()
        if not password or not name or len(name) > NAME_MAX or not name.isprintable():
            return None
        try:
            return self._ask(name, password)
        except LDAPInvalidDnError as error:
            raise WrongUsage(f"is no name in a directory: {error}", where="SILESIANET_LDAP_BIND_DN") from error
        except (LDAPException, OSError) as error:
            raise Unreachable(
                "the directory does not answer", where=self._settings.url, fix="log in with a token meanwhile"
            ) from error

    def _ask(self, name: str, password: str) -> Person | None:
        found = self._dn(name)
        if found is None:
            return None
        with self._connected(found, password) as connection:
            if not self._bound(connection):
                return None
            canonical, member_of = self._entry(connection, found, name)
            if not self._settings.group_base:
                return Person(canonical, member_of, SOURCE)
        with self._connected(*self._service()) as connection:
            self._must_bind(connection)
            return Person(canonical, self._groups(connection, found, canonical), SOURCE)

    def _dn(self, name: str) -> str | None:
        """Where a person stands in the directory."""
        if self._settings.bind_dn:
            return self._settings.bind_dn.replace("{name}", escape_rdn(name))
        with self._connected(*self._service()) as connection:
            self._must_bind(connection)
            wanted = self._settings.search_filter.replace("{name}", escape_filter_chars(name))
            connection.search(self._settings.search_base, wanted, attributes=[], size_limit=2)
            found = [entry["dn"] for entry in connection.response or () if entry["type"] == "searchResEntry"]
        return found[0] if len(found) == 1 else None

    def _entry(self, connection: Connection, dn: str, typed: str) -> tuple[str, tuple[str, ...]]:
        """The name as the directory writes it, and ``memberOf``; the name as typed where the entry cannot be read."""
        attribute = self._settings.name_attribute
        connection.search(dn, "(objectClass=*)", "BASE", attributes=[attribute, "memberOf"])
        entries: list[Any] = [e for e in connection.response or () if e["type"] == "searchResEntry"]
        values = entries[0]["attributes"] if entries else {}
        names = _texts(values.get(attribute))
        return (names[0] if names else typed.casefold())[:NAME_MAX], _groups_of(_texts(values.get("memberOf")))

    def _groups(self, connection: Connection, dn: str, name: str) -> tuple[str, ...]:
        wanted = self._settings.group_filter.replace("{dn}", escape_filter_chars(dn))
        wanted = wanted.replace("{name}", escape_filter_chars(name))
        connection.search(self._settings.group_base, wanted, attributes=[])
        return _groups_of([e["dn"] for e in connection.response or () if e["type"] == "searchResEntry"])

    def _service(self) -> tuple[str, str]:
        """Who searches, and with which password; both empty for nobody in particular."""
        file = self._settings.service_password_file
        if not self._settings.service_dn:
            return "", ""
        try:
            return self._settings.service_dn, file.read_text().rstrip("\n") if file else ""
        except OSError as error:
            where = "SILESIANET_LDAP_SERVICE_PASSWORD_FILE"
            raise BadInput(f"cannot be read: {error.strerror}", where=where) from error

    @contextmanager
    def _connected(self, dn: str, password: str) -> Iterator[Connection]:
        settings = self._settings
        ca = str(settings.ca_file) if settings.ca_file else None
        tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=ca)
        server = Server(settings.url, tls=tls, get_info=NONE, connect_timeout=settings.timeout_seconds)
        connection = Connection(
            server,
            user=dn or None,
            password=password or None,
            authentication=SIMPLE if dn else ANONYMOUS,
            receive_timeout=settings.timeout_seconds,
            auto_referrals=False,
            read_only=True,
        )
        try:
            connection.open(read_server_info=False)
            if self._starttls and not connection.start_tls(read_server_info=False):
                raise LDAPException("no TLS")
            yield connection
        finally:
            connection.unbind()

    def _bound(self, connection: Connection) -> bool:
        """Whether the password fits; any other refusal than a wrong one is trouble."""
        if connection.bind(read_server_info=False):
            return True
        if connection.result["result"] == INVALID_CREDENTIALS:
            return False
        raise LDAPException(connection.result["description"])

    def _must_bind(self, connection: Connection) -> None:
        if not connection.bind(read_server_info=False):
            raise LDAPException(f"who searches is not let in: {connection.result['description']}")


def _groups_of(names: list[str]) -> tuple[str, ...]:
    """Groups by their name in the directory and by their ``cn`` alone."""
    alone = [first[3:] for name in names if (first := _same(name).partition(",")[0]).startswith("cn=")]
    return (*map(_same, names), *alone)


def _same(group: str) -> str:
    """Names that differ in case or in spaces around commas are one."""
    return ",".join(part.strip() for part in BETWEEN.split(group)).casefold() if "=" in group else group.casefold()


def _texts(value: Any) -> list[str]:
    found = value if isinstance(value, list) else [] if value is None else [value]
    return [str(text) for text in found]
