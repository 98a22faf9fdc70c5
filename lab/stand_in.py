"""Stand-in for e-services: one small process per server, answering each service as its endpoint promises.

Runs inside a node under the machine's own Python with the standard library only. The file named
``stopped`` lists the slugs of services that are off; it is read again whenever it changes. A port
without a running service is closed, and a name that is off on a shared port is refused in the TLS handshake.
"""

import asyncio
import json
import ssl
import sys
from pathlib import Path
from typing import Any

Place = tuple[str, int, bool]
"""Address, port, TLS."""

REQUEST_SECONDS = 5.0


def places(services: list[dict[str, Any]], stopped: set[str]) -> dict[Place, dict[str, dict[str, Any]]]:
    """Where to listen, and which running services answer there, by DNS name."""
    found: dict[Place, dict[str, dict[str, Any]]] = {}
    for service in services:
        if service["slug"] not in stopped:
            for address in service["addresses"]:
                found.setdefault((address, service["port"], service["tls"]), {})[service["name"]] = service
    return found


def answer(request: bytes, services: dict[str, dict[str, Any]]) -> bytes:
    """The HTTP response to a request head."""
    head = request.decode("latin-1").split("\r\n")
    path = head[0].partition(" ")[2].partition(" ")[0].partition("?")[0]
    hosts = [line.partition(":")[2].strip() for line in head[1:] if line.lower().startswith("host:")]
    name = hosts[0].rpartition(":")[0] or hosts[0] if hosts else ""
    service = services.get(name) or (next(iter(services.values())) if len(services) == 1 else None)
    if service is None:
        return response(421, "nie ma takiej usługi / no such service")
    if path != service["path"]:
        return response(404, "nie znaleziono / not found")
    return response(service["status"], service["text"])


def response(status: int, text: str) -> bytes:
    """A complete HTTP response that ends the connection."""
    body = f'<!doctype html><html lang="pl"><title>{text}</title><p>{text}</p></html>\n'.encode()
    head = f"HTTP/1.1 {status} -\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + body


class StandIn:
    """The listeners, kept equal to the services that run."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self.configuration = configuration
        self.services: dict[Place, dict[str, dict[str, Any]]] = {}
        self.listeners: dict[Place, asyncio.Server] = {}

    async def follow(self) -> None:
        """Apply the list of stopped services now and whenever it changes."""
        path, seen = Path(self.configuration["stopped"]), -1
        while True:
            changed = path.stat().st_mtime_ns
            if changed != seen:
                seen = changed
                await self.apply(set(path.read_text().split()))
            await asyncio.sleep(0.1)

    async def apply(self, stopped: set[str]) -> None:
        """Open the listeners that should be open and close the others."""
        self.services = places(self.configuration["services"], stopped)
        for place in self.listeners.keys() - self.services.keys():
            self.listeners.pop(place).close()
        for place in self.services.keys() - self.listeners.keys():
            address, port, tls = place

            async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, at: Place = place) -> None:
                await self.serve(at, reader, writer)

            context = self.context(place) if tls else None
            self.listeners[place] = await asyncio.start_server(serve, address, port, ssl=context, backlog=256)

    def context(self, place: Place) -> ssl.SSLContext:
        """TLS settings of a listener; a name that is off is refused."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.configuration["certificate"], self.configuration["key"])

        def refuse_unknown(_connection: Any, name: str | None, _context: ssl.SSLContext) -> int | None:
            known = name is None or name in self.services.get(place, {})
            return None if known else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

        context.sni_callback = refuse_unknown
        return context

    async def serve(self, place: Place, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        try:
            request = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), REQUEST_SECONDS)
            writer.write(answer(request, self.services.get(place, {})))
            await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a visitor who leaves early is no concern of the service
        finally:
            writer.close()


if __name__ == "__main__":
    asyncio.run(StandIn(json.loads(Path(sys.argv[1]).read_text())).follow())
