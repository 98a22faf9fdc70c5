"""SNMP secrets: read from a file only its owner can read, never logged."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

from inventory.errors import BadInput

AuthProtocol = Literal["MD5", "SHA", "SHA-224", "SHA-256", "SHA-384", "SHA-512"]
PrivProtocol = Literal["DES", "AES", "AES-192", "AES-256"]


class Community(BaseModel):
    """SNMPv2c."""

    model_config = ConfigDict(frozen=True)
    community: SecretStr


class User(BaseModel):
    """SNMPv3; protocols are named as net-snmp names them. No passwords mean no authentication, no privacy."""

    model_config = ConfigDict(frozen=True)
    user: str
    auth_protocol: AuthProtocol = "SHA"
    auth_password: SecretStr | None = None
    priv_protocol: PrivProtocol = "AES"
    priv_password: SecretStr | None = None


Credentials = Community | User
_FIX = "write JSON with community, user, auth_protocol, auth_password, priv_protocol, priv_password"


def load(path: Path, version: str) -> Credentials:
    """Read secrets from JSON; ``version`` (2c or 3) says which half is used. BadInput when the file is no good."""
    community, user = load_all(path)
    found = community if version == "2c" else user
    if found is None:
        raise BadInput(f"no credentials of SNMP version {version}", where=str(path), fix=_FIX)
    return found


def load_all(path: Path) -> tuple[Community | None, User | None]:
    """Both halves of the file, either of which may be missing; BadInput when it cannot be read."""
    try:
        document = json.loads(path.read_text())
        if not isinstance(document, dict):
            raise BadInput("not a file of SNMP credentials", where=str(path), fix=_FIX)
        community = Community.model_validate(document) if "community" in document else None
        return community, User.model_validate(document) if "user" in document else None
    except OSError as error:
        raise BadInput(f"cannot read SNMP credentials: {error.strerror}", where=str(path)) from None
    except (json.JSONDecodeError, ValidationError):  # the text of either would quote the secret
        raise BadInput("not a file of SNMP credentials", where=str(path), fix=_FIX) from None
