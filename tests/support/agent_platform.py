"""A stand-in for the platform an agent talks to: hands out a probe list, takes results, can go away and come back."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Platform:
    """What agents sent, and what they are told."""

    def __init__(self, document: dict[str, Any], token: str) -> None:
        self.document, self.token = document, token
        self.results: list[dict[str, Any]] = []
        self.batches: list[int] = []
        self.health: dict[str, Any] = {}
        self.connections = 0
        self.unchanged = 0
        self.refuse: int | None = None
        self.port = 0

    @contextmanager
    def open(self) -> Iterator[str]:
        """Listen, at the same port every time; yields the address."""
        server = ThreadingHTTPServer(("127.0.0.1", self.port), _handler(self))
        server.daemon_threads = True
        self.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{self.port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 5

        def setup(self) -> None:
            platform.connections += 1
            super().setup()

        def do_GET(self) -> None:
            tag = f'"{hash(json.dumps(platform.document))}"'
            if self.headers["If-None-Match"] == tag:
                platform.unchanged += 1
                self.answer(304, b"", tag)
            else:
                self.answer(200, json.dumps(platform.document).encode(), tag)

        def do_POST(self) -> None:
            document = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            results = document["results"]
            if platform.refuse is None and self.headers["Authorization"] == f"Bearer {platform.token}":
                platform.results += results
                platform.batches.append(len(results))
                platform.health = document["health"]
            self.answer(202, b"{}")

        def answer(self, status: int, body: bytes, tag: str | None = None) -> None:
            if self.headers["Authorization"] != f"Bearer {platform.token}":
                status = 401
            self.send_response(platform.refuse or status)
            if tag:
                self.send_header("ETag", tag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    return Handler
