"""A receiver of webhooks on loopback that answers as it is told to and remembers what it got."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Got:
    """One request."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> Any:
        """The event it carries."""
        return json.loads(self.body)

    def signed_by(self, secret: str) -> bool:
        """What a receiver does: compute the signature anew, from the octets it received."""
        stamp = self.headers["silesianet-timestamp"]
        wanted = hmac.new(secret.encode(), stamp.encode() + b"." + self.body, hashlib.sha256).hexdigest()
        fresh = abs(time.time() - int(stamp)) < 300
        return fresh and hmac.compare_digest(f"v1={wanted}", self.headers["silesianet-signature"])


@dataclass
class Receiver:
    """``answer`` decides the status of each request; what was answered 2xx is in ``taken``."""

    port: int = 0
    answer: Callable[[Got], int] = lambda got: 200
    got: list[Got] = field(default_factory=list)
    taken: list[Got] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}/hook"

    def revisions(self) -> list[int]:
        """Numbers of the revisions it was told of and took, in order."""
        return [g.event["data"]["revision"] for g in self.taken if g.event["event"] == "inventory.changed"]

    @contextmanager
    def listening(self) -> Iterator["Receiver"]:
        """Listen, on the same port every time."""
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                got = Got(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
                receiver.got.append(got)
                status = receiver.answer(got)
                if 200 <= status < 300:
                    receiver.taken.append(got)
                self.send_response(status)
                self.send_header("Location", f"http://127.0.0.1:{receiver.port}/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        self.port = server.server_port
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join(5)
