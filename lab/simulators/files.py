"""The file store of a simulated device over SFTP and SCP, kept in memory."""

import io
import stat
from collections.abc import MutableMapping
from typing import Any

import asyncssh


class Store(asyncssh.SFTPServer):
    """Files of one device by their name on it; ``flash:name`` and ``/name`` are the same file."""

    def __init__(self, chan: Any, files: MutableMapping[str, bytes]) -> None:
        super().__init__(chan)
        self._files = files

    def open(self, path: bytes, pflags: int, attrs: asyncssh.SFTPAttrs) -> object:  # noqa: ARG002
        """A file to read or write."""
        name = plain(path)
        if not pflags & asyncssh.FXF_WRITE and name not in self._files:
            raise asyncssh.SFTPNoSuchFile(f"{name}: no such file")
        old = b"" if pflags & asyncssh.FXF_TRUNC else self._files.get(name, b"")
        return _Open(self._files, name, old, bool(pflags & asyncssh.FXF_WRITE))

    def close(self, file_obj: object) -> None:
        """Written files are kept when they are closed."""
        assert isinstance(file_obj, _Open)
        file_obj.keep()

    def read(self, file_obj: object, offset: int, size: int) -> bytes:
        """Octets from an offset."""
        assert isinstance(file_obj, _Open)
        file_obj.seek(offset)
        return file_obj.read(size)

    def write(self, file_obj: object, offset: int, data: bytes) -> int:
        """Octets at an offset."""
        assert isinstance(file_obj, _Open)
        file_obj.seek(offset)
        return file_obj.write(data)

    def stat(self, path: bytes) -> asyncssh.SFTPAttrs:
        """Size and kind of a file."""
        name = plain(path)
        if name in ("", "."):
            return asyncssh.SFTPAttrs(permissions=stat.S_IFDIR | 0o755)
        if name not in self._files:
            raise asyncssh.SFTPNoSuchFile(f"{name}: no such file")
        return asyncssh.SFTPAttrs(size=len(self._files[name]), permissions=stat.S_IFREG | 0o644)

    lstat = stat

    def fstat(self, file_obj: object) -> asyncssh.SFTPAttrs:
        """Size and kind of an open file."""
        assert isinstance(file_obj, _Open)
        return asyncssh.SFTPAttrs(size=len(file_obj.getvalue()), permissions=stat.S_IFREG | 0o644)

    def setstat(self, path: bytes, attrs: asyncssh.SFTPAttrs) -> None:
        """Permissions and times mean nothing here."""

    def fsetstat(self, file_obj: object, attrs: asyncssh.SFTPAttrs) -> None:
        """Permissions and times mean nothing here."""


class _Open(io.BytesIO):
    def __init__(self, files: MutableMapping[str, bytes], name: str, content: bytes, writable: bool) -> None:
        super().__init__(content)
        self._files, self._name, self._writable = files, name, writable

    def keep(self) -> None:
        if self._writable:
            self._files[self._name] = self.getvalue()


def plain(path: bytes | str) -> str:
    """The name of a file without its file system and leading slash."""
    text = path.decode() if isinstance(path, bytes) else path
    return text.rsplit(":", 1)[-1].lstrip("/")
