"""Host keys of simulated devices: derived from one secret, so that thousands are pinned without being stored."""

import hashlib
import hmac

import asyncssh
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def host_key(seed: bytes, name: str, generation: int = 0) -> asyncssh.SSHKey:
    """The key of a device; another ``generation`` is another key, as after its hardware was exchanged."""
    secret = hmac.new(seed, f"{name}/{generation}".encode(), hashlib.sha256).digest()
    key = Ed25519PrivateKey.from_private_bytes(secret)
    form = serialization.PrivateFormat.OpenSSH
    text = key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    return asyncssh.import_private_key(text)


def known_host(address: str, port: int, key: asyncssh.SSHKey) -> str:
    """A line of a known-hosts file."""
    place = address if port == 22 else f"[{address}]:{port}"
    return f"{place} {key.export_public_key().decode().strip()}\n"


def client_key() -> tuple[bytes, str]:
    """A new key for logging in: private text and the line of an authorized-keys file."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    return key.export_private_key(), key.export_public_key().decode().strip()
