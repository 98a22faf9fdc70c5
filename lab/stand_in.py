"""Stand-in for e-services: one small process per server, answering each service as its endpoint promises.

Runs inside a node under the machine's own Python with the standard library only. The file named
``stopped`` lists the slugs of services that are off; it is read again whenever it changes. A port
without a running service is closed, and a name that is off on a shared port is refused in the TLS handshake.
A service that needs others really asks them, over the network, and answers 503 when one does not answer.
"""

import asyncio
import contextlib
import json
import ssl
import sys
import time
from pathlib import Path
from typing import Any

Place = tuple[str, int, bool]
"""Address, port, TLS."""

REQUEST_SECONDS = 5.0
NEED_SECONDS = 2.0
"""For the answer of a needed service at one address: a busy one is waited for, within a visitor's patience."""
REMEMBERED_SECONDS = 0.5
"""How long an answer of a needed service holds: many visitors cost one question."""
CHAIN = "x-needed-by"
"""Header with the services that wait for this answer: services that need each other in a circle end there."""


def places(services: list[dict[str, Any]], stopped: set[str]) -> dict[Place, dict[str, dict[str, Any]]]:
    """Where to listen, and which running services answer there, by DNS name."""
    found: dict[Place, dict[str, dict[str, Any]]] = {}
    for service in services:
        if service["slug"] not in stopped:
            for address in service["addresses"]:
                found.setdefault((address, service["port"], service["tls"]), {})[service["name"]] = service
    return found


def header(request: bytes, name: str) -> str:
    """A header of a request head, empty when it is not there."""
    lines = request.decode("latin-1").split("\r\n")[1:]
    return next((line.partition(":")[2].strip() for line in lines if line.lower().startswith(f"{name}:")), "")


def asked_for(request: bytes, services: dict[str, dict[str, Any]]) -> dict[str, Any] | None:
    """The service a request is meant for: by the host's name, or the only one there is."""
    host = header(request, "host")
    name = host.rpartition(":")[0] or host
    return services.get(name) or (next(iter(services.values())) if len(services) == 1 else None)


def answer(request: bytes, services: dict[str, dict[str, Any]]) -> bytes:
    """The HTTP response to a request head."""
    path = request.decode("latin-1").partition(" ")[2].partition(" ")[0].partition("?")[0]
    service = asked_for(request, services)
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


async def ask(need: dict[str, Any], address: str, chain: str, trust: ssl.SSLContext | None) -> bool:
    """Whether a needed service gives the status it promises at one of its addresses."""
    secure: dict[str, Any] = {"ssl": trust, "server_hostname": need["name"]} if trust is not None else {}
    async with asyncio.timeout(NEED_SECONDS):
        reader, writer = await asyncio.open_connection(address, need["port"], **secure)
        with contextlib.closing(writer):
            head = f"GET {need['path']} HTTP/1.1\r\nHost: {need['name']}\r\n{CHAIN}: {chain}\r\n\r\n"
            writer.write(head.encode())
            words = (await reader.readline()).split()
    return len(words) > 1 and words[1] == str(need["status"]).encode()


class Needs:
    """Asks for the services that others need, and remembers the answers for a moment."""

    def __init__(self, authority: str) -> None:
        self.authority = authority
        self.asked: dict[tuple[str, str], tuple[float, asyncio.Task[bool]]] = {}
        self.trust: ssl.SSLContext | None = None

    async def lacking(self, service: dict[str, Any], waiting: list[str]) -> str | None:
        """Name of the first needed service that does not answer; services in ``waiting`` are not asked again."""
        chain = [*waiting, service["slug"]]
        for need in service.get("needs", ()):
            if need["slug"] not in chain and not await self.answers(need, " ".join(chain)):
                return str(need["slug"])
        return None

    async def answers(self, need: dict[str, Any], chain: str) -> bool:
        """Whether a needed service answers at any address; asked anew when the last question is too old."""
        key, now = (need["slug"], chain), time.monotonic()
        at, question = self.asked.get(key, (now - REMEMBERED_SECONDS, None))
        if question is None or now - at >= REMEMBERED_SECONDS:
            question = asyncio.create_task(self.any_address(need, chain))
            self.asked[key] = (now, question)
        return await asyncio.shield(question)

    async def any_address(self, need: dict[str, Any], chain: str) -> bool:
        """Ask at every address at once; one good answer is enough."""
        if need["tls"] and self.trust is None:
            self.trust = ssl.create_default_context(cafile=self.authority)
        trust = self.trust if need["tls"] else None
        questions = [ask(need, address, chain, trust) for address in need["addresses"]]
        return True in await asyncio.gather(*questions, return_exceptions=True)


class StandIn:
    """The listeners, kept equal to the services that run."""

    def __init__(self, configuration: dict[str, Any]) -> None:
        self.configuration = configuration
        self.services: dict[Place, dict[str, dict[str, Any]]] = {}
        self.listeners: dict[Place, asyncio.Server] = {}
        self.needs = Needs(configuration.get("authority", ""))

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
            writer.write(await self.reply(request, self.services.get(place, {})))
            await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # a visitor who leaves early is no concern of the service
        finally:
            writer.close()

    async def reply(self, request: bytes, services: dict[str, dict[str, Any]]) -> bytes:
        """The answer to a request head, once the services that it needs have answered."""
        service = asked_for(request, services)
        missing = await self.needs.lacking(service, header(request, CHAIN).split()) if service is not None else None
        if missing is not None:
            return response(503, f"brak usługi {missing} / {missing} does not answer")
        return answer(request, services)


if __name__ == "__main__":
    asyncio.run(StandIn(json.loads(Path(sys.argv[1]).read_text())).follow())
