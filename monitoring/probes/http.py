"""A web server that must answer a GET with the expected status and text, in the clear."""
# ruff: noqa: A005  (a kind is named like its file)

import asyncio

from monitoring.probes import Target, Trail, WrongAnswer
from monitoring.probes.tcp import connect

BODY_MAX = 256 * 1024


async def run(target: Target, trail: Trail) -> str:
    """Connect, ask, compare."""
    reader, writer = await asyncio.open_connection(sock=await connect(target, trail))
    try:
        return await ask(target, trail, reader, writer)
    finally:
        writer.transport.abort()


async def ask(target: Target, trail: Trail, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> str:
    """Send a GET and compare status and text with what is expected."""
    trail.enter("http")
    lines = f"GET {target.path} HTTP/1.1", f"Host: {target.name}", "User-Agent: silesianet-probe", "Connection: close"
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    await writer.drain()
    status_line = (await reader.readline()).decode("latin-1").split(maxsplit=2)
    if len(status_line) < 2 or not status_line[0].startswith("HTTP/") or not status_line[1].isdigit():
        raise WrongAnswer("the server does not speak HTTP" if status_line else "the server hangs up without an answer")
    if int(status_line[1]) != target.expect_status:
        raise WrongAnswer(f"status {status_line[1]} instead of {target.expect_status}")
    if target.expect_text is not None:
        await _find(target.expect_text.encode(), reader)
    return f"status {status_line[1]}"


async def _find(text: bytes, reader: asyncio.StreamReader) -> None:
    """Read until the text has come; a server that keeps the connection open is not waited for."""
    body = b""
    while text not in body:
        piece = await reader.read(16384)
        body += piece
        if not piece or len(body) > BODY_MAX:
            raise WrongAnswer(f"the expected text {text.decode()!r} is not in the answer")
