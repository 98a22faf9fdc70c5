"""Secrets of webhooks at rest: encrypted with a key that lies in a file, not in the database."""

import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from inventory.errors import RefusedRequest

KEY_FILE = "webhooks.key"


class Safe:
    """Encrypts and decrypts; the key is made on first use (mode 0600) in ``home``."""

    def __init__(self, home: Path) -> None:
        self._path = home / KEY_FILE

    def lock(self, secret: str) -> str:
        """What the database keeps of a secret."""
        return self._fernet().encrypt(secret.encode()).decode()

    def open(self, locked: str) -> bytes:
        """The secret; RefusedRequest when the key is not the one it was encrypted with."""
        try:
            return self._fernet().decrypt(locked.encode())
        except InvalidToken as error:
            fix = f"put back {self._path}, or give the webhook a new secret"
            raise RefusedRequest("the secret of the webhook cannot be read", where=KEY_FILE, fix=fix) from error

    def _fernet(self) -> Fernet:
        try:
            return Fernet(self._path.read_bytes())
        except FileNotFoundError:
            self._make()
            return Fernet(self._path.read_bytes())

    def _make(self) -> None:
        """Written beside and linked into place, so that of two processes that start together one key wins whole."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f"{KEY_FILE}.{os.getpid()}")
        beside.touch(0o600)
        beside.write_bytes(Fernet.generate_key())
        try:
            os.link(beside, self._path)
        except FileExistsError:
            pass
        finally:
            beside.unlink()
