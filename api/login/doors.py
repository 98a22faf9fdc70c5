"""The ways to log in that are open in one running application, and who knocked too often."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from api.access_log import BREAK_GLASS, AccessLog
from api.login import sealed
from api.login.attempts import Attempts
from api.login.grants import granted
from api.login.sealed import BreakGlass
from api.settings import LdapSettings, OidcSettings
from api.tokens import Principal
from inventory.errors import RefusedRequest

if TYPE_CHECKING:
    from api.login.directory import Directory
    from api.login.pending import Pending
    from api.login.provider import Provider


class NoRole(RefusedRequest):
    """Somebody is who they say, but none of their groups has a role here."""


@dataclass
class Doors:
    """``directory`` and ``provider`` are null where the settings name none."""

    directory: "Directory | None"
    provider: "Provider | None"
    sealed: BreakGlass
    log: AccessLog
    attempts: Attempts = field(default_factory=Attempts)

    @classmethod
    def of(cls, engine: Engine, ldap: LdapSettings, oidc: OidcSettings) -> "Doors":
        """The doors the settings describe; what they need is loaded only where it is used."""
        doors = cls(None, None, BreakGlass(engine), AccessLog(engine))
        if ldap.url:
            from api.login.directory import Directory

            doors.directory = Directory(ldap)
        if oidc.issuer:
            from api.login.provider import Provider

            doors.provider = Provider(oidc)
        return doors

    def with_password(self, name: str, password: str, address: str) -> Principal | None:
        """Who logs in with a password of the directory; null when it is wrong. NoRole, TooManyAttempts, Unreachable."""
        if self.directory is None:
            return None
        self.attempts.take(address, name)
        person = self.directory.person(name, password)
        if person is None:
            self.log.refused("ldap", address)
            return None
        self.attempts.succeeded(address, name)
        return self._welcome(granted(person, self.directory.grants), address)

    def with_seal(self, password: str, address: str) -> Principal | None:
        """The local admin, if the password is right; every use is an alarm. TooManyAttempts."""
        self.attempts.take(address, sealed.NAME)
        if not self.sealed.fits(password):
            self.log.refused(BREAK_GLASS, address)
            return None
        self.attempts.succeeded(address, sealed.NAME)
        self.log.record(BREAK_GLASS, sealed.NAME, address, "the local admin logged in")
        return sealed.ADMIN

    def from_provider(self, pending: "Pending", redirect_uri: str, came: dict[str, str], address: str) -> Principal:
        """Who comes back from the identity provider. NoRole, LoginRefused, Unreachable."""
        assert self.provider is not None
        person = self.provider.finish(pending, redirect_uri, came)
        return self._welcome(granted(person, self.provider.grants), address)

    def _welcome(self, principal: Principal | None, address: str) -> Principal:
        if principal is None:
            raise NoRole("none of your groups has a role here", fix="ask an administrator of SilesiaNet")
        self.log.record("login", principal.name, address, principal.role)
        return principal
