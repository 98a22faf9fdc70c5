"""A local server that answers as the KV engine, version 2, of a Vault is documented to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar


class Answers(BaseHTTPRequestHandler):
    """One secret, ``city`` of the mount ``net``, for whoever has the token."""

    token: ClassVar = "good-token"
    values: ClassVar = {"snmp-auth": "from-the-vault-1"}

    def do_GET(self) -> None:
        """Read a secret."""
        if self.headers.get("X-Vault-Token") != self.token:
            return self._say(403, {"errors": ["permission denied"]})
        if self.path == "/v1/net/data/city":
            metadata = {"version": 3, "destroyed": False, "deletion_time": ""}
            return self._say(200, {"data": {"data": self.values, "metadata": metadata}})
        if self.path == "/v1/net/data/odd":
            return self._say(200, {"data": None})
        return self._say(404, {"errors": []})

    def _say(self, status: int, document: object) -> None:
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""


@contextmanager
def vault() -> Iterator[str]:
    """Its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
