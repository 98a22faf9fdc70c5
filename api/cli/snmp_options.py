"""Options by which SNMP commands are told whom to ask and with which secrets."""

import socket
from typing import Annotated, NamedTuple

import typer
from pydantic import ValidationError

from api.context import Context
from inventory.errors import Unreachable, WrongUsage
from monitoring.settings import SnmpSettings
from monitoring.snmp import credentials

Community = Annotated[str | None, typer.Option(envvar="SILESIANET_SNMP_COMMUNITY", help="SNMPv2c community.")]
User = Annotated[str | None, typer.Option(help="SNMPv3 user.")]
AuthProtocol = Annotated[str, typer.Option(help="MD5, SHA, SHA-224, SHA-256, SHA-384 or SHA-512.")]
AuthPassword = Annotated[
    str | None, typer.Option(envvar="SILESIANET_SNMP_AUTH_PASSWORD", help="SNMPv3 authentication password.")
]
PrivProtocol = Annotated[str, typer.Option(help="DES, AES, AES-192 or AES-256.")]
PrivPassword = Annotated[
    str | None, typer.Option(envvar="SILESIANET_SNMP_PRIV_PASSWORD", help="SNMPv3 encryption password.")
]

type UserOptions = tuple[str | None, str, str | None, str, str | None]
"""User, authentication protocol and password, privacy protocol and password."""


class Address(NamedTuple):
    """Where an agent listens."""

    host: str
    port: int

    @classmethod
    def parse(cls, text: str, port: int) -> "Address":
        """Read ``HOST``, ``HOST:PORT``, ``[IPv6]:PORT`` or a bare IPv6 address; WrongUsage."""
        host, colon, number = text.rpartition(":")
        if not colon or text.endswith("]") or (":" in host and not host.endswith("]")):
            return cls(text.strip("[]"), port)
        if not (number.isdecimal() and 0 < int(number) < 65536):
            raise WrongUsage(f"{number!r} is no port", where=text, fix="write HOST or HOST:PORT")
        return cls(host.strip("[]"), int(number))

    def resolved(self) -> "Address":
        """The same with an address instead of a name; Unreachable when there is none."""
        try:
            found = socket.getaddrinfo(self.host, self.port, type=socket.SOCK_DGRAM)
        except (socket.gaierror, UnicodeError) as error:
            raise Unreachable(f"no address: {error}", where=self.host) from None
        return Address(str(found[0][4][0]), self.port)


def chosen(
    context: Context, settings: SnmpSettings, community: str | None = None, user: UserOptions | None = None
) -> credentials.Credentials:
    """Credentials from the options, else from the settings' file, else from the lab's; WrongUsage, BadInput."""
    if community is not None and user is not None and user[0] is not None:
        raise WrongUsage("give --community or --v3-user, not both", where="options")
    if community is not None:
        return credentials.Community.model_validate({"community": community})
    if user is not None and user[0] is not None:
        names = ("user", "auth_protocol", "auth_password", "priv_protocol", "priv_password")
        try:
            return credentials.User.model_validate(dict(zip(names, user, strict=True)))
        except ValidationError as error:
            option = str(error.errors()[0]["loc"][0]).replace("_", "-")
            raise WrongUsage("no such protocol", where=f"--v3-{option}", fix="see --help") from None
    path = settings.credentials or context.settings.home / "lab" / "credentials.json"
    return credentials.load(path, settings.version)
