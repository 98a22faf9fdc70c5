"""The way out: one kept-alive HTTP connection to the platform, opened again when it breaks."""

import http.client
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Answer:
    """What the platform said."""

    status: int
    body: bytes
    etag: str | None
    date: str | None


ANSWER_SECONDS = 6.0
"""How long an answer may take once the platform was reached: who hangs up sooner sends everything again to one that is
busy already."""


class Door:
    """Calls are made one at a time, from one thread. A call raises OSError when nothing sensible came back."""

    def __init__(self, url: str, token_file: Path, ca_file: Path | None, timeout: float = 2.0) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or parts.hostname is None:
            raise ValueError(f"{url!r} is not an http or https address")
        self._prefix = parts.path.rstrip("/")
        self._token_file, self._token = token_file, token_file.read_text().strip()
        self._open = _opener(parts.scheme, parts.hostname, parts.port, ca_file, timeout)
        self._connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: bytes | None = None, etag: str | None = None) -> Answer:
        """Ask once; a kept connection that turns out to be closed is replaced and the question repeated."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if etag is not None:
            headers["If-None-Match"] = etag
        kept = self._connection is not None
        try:
            return self._ask(method, path, body, headers)
        except (http.client.RemoteDisconnected, BrokenPipeError, ConnectionResetError):
            if not kept:
                raise
            return self._ask(method, path, body, headers)

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> Answer:
        connection = self._connection or self._open()
        self._connection = None
        try:
            connection.request(method, f"{self._prefix}{path}", body, dict(headers))
            if connection.sock is not None:
                connection.sock.settimeout(ANSWER_SECONDS)
            reply = connection.getresponse()
            answer = Answer(reply.status, reply.read(), reply.getheader("ETag"), reply.getheader("Date"))
        except http.client.HTTPException as reason:
            connection.close()
            if isinstance(reason, OSError):
                raise
            raise OSError(f"not an answer: {type(reason).__name__} {reason}") from None
        except BaseException:
            connection.close()
            raise
        if answer.status == http.client.UNAUTHORIZED:
            self._token = self._token_file.read_text().strip()
        self._connection = connection
        return answer

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _opener(
    scheme: str, host: str, port: int | None, ca_file: Path | None, timeout: float
) -> Callable[[], http.client.HTTPConnection]:
    if scheme == "http":
        return lambda: http.client.HTTPConnection(host, port, timeout=timeout)
    context = ssl.create_default_context(cafile=ca_file)
    return lambda: http.client.HTTPSConnection(host, port, timeout=timeout, context=context)
