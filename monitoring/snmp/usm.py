"""The user-based security model (RFC 3414, 3826, 7860) as far as received notifications need it."""

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from monitoring.snmp.ber import Malformed
from monitoring.snmp.credentials import User

_HASHES = {
    "MD5": ("md5", 12),
    "SHA": ("sha1", 12),
    "SHA-224": ("sha224", 16),
    "SHA-256": ("sha256", 24),
    "SHA-384": ("sha384", 32),
    "SHA-512": ("sha512", 48),
}
_EXPANDED = 1_048_576


@lru_cache(maxsize=4096)
def localised_key(algorithm: str, password: str, engine_id: bytes) -> bytes:
    """Key of a password at one engine (RFC 3414, A.2)."""
    return hashlib.new(algorithm, (key := _master_key(algorithm, password)) + engine_id + key).digest()


@lru_cache(maxsize=16)
def _master_key(algorithm: str, password: str) -> bytes:
    octets = password.encode()
    repeated = octets * (_EXPANDED // len(octets) + 1)
    return hashlib.new(algorithm, repeated[:_EXPANDED]).digest()


def authentic(user: User, engine_id: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a message, in which the signature was replaced by zeros, was signed by this user."""
    algorithm, length = _HASHES[user.auth_protocol]
    if user.auth_password is None or len(signature) != length:
        return False
    key = localised_key(algorithm, user.auth_password.get_secret_value(), engine_id)
    return hmac.compare_digest(hmac.digest(key, message, algorithm)[:length], signature)


def decrypted(user: User, engine_id: bytes, boots: int, seconds: int, salt: bytes, data: bytes) -> bytes:
    """The scoped PDU of an AES-128 message; Malformed for other ciphers, which we do not receive."""
    if user.priv_protocol != "AES" or user.priv_password is None or len(salt) != 8:
        raise Malformed("encrypted in a way this receiver does not know")
    algorithm, _ = _HASHES[user.auth_protocol]
    key = localised_key(algorithm, user.priv_password.get_secret_value(), engine_id)[:16]
    vector = boots.to_bytes(4, "big") + seconds.to_bytes(4, "big") + salt
    decryptor = Cipher(algorithms.AES(key), CFB(vector)).decryptor()
    return decryptor.update(data) + decryptor.finalize()
