"""Real servers on loopback for probes: a name server, TLS and web servers with a certificate made for the occasion."""

import asyncio
import datetime
import ssl
import struct
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.support.ports import twin_sockets

NAME = "wbo.example.test"
PAGE = "<h1>Wirtualne Biuro Obsługi</h1>"


def certificate(folder: Path, name: str = NAME) -> tuple[Path, Path]:
    """A self-signed certificate that is its own authority, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.datetime.now(datetime.UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(7)
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    pem, private = folder / f"{name}.pem", folder / f"{name}.key"
    pem.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain))
    return pem, private


@dataclass(frozen=True)
class Ports:
    """Where the servers of a loopback world listen; silent and closed are so over IPv4 only, pages over IPv6."""

    dns: int
    web: int
    tls: int
    silent: int
    garbage: int
    closed: int


class Resolver(asyncio.DatagramProtocol):
    """Knows one name; ``lost.…`` is never answered, ``elsewhere.…`` is at another address, ``alias.…`` is a CNAME.

    Only ``six.…`` has an IPv6 address.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember where to answer."""
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer one question."""
        name, at = [], 12
        while length := data[at]:
            name.append(data[at + 1 : at + 1 + length].decode())
            at += length + 1
        if name[0] == "lost":
            return
        question = data[12 : at + 5]
        address = bytes([127, 0, 0, 9 if name[0] == "elsewhere" else 1])
        records, code = [b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 5, 4) + address], 0
        if data[at + 1 : at + 3] == b"\0\x1c":  # AAAA
            known = b"\xc0\x0c" + struct.pack("!HHIH", 28, 1, 5, 16) + bytes(15) + b"\1"
            records = [known] if name[0] == "six" else []
        if name[0] == "alias":
            records.insert(0, b"\xc0\x0c" + struct.pack("!HHIH", 5, 1, 5, 2) + b"\xc0\x0c")
        if name[0] == "nobody":
            records, code = [], 3
        if name[0] == "empty":
            records = []
        head = data[:2] + struct.pack("!5H", 0x8180 | code, 1, len(records), 0, 0)
        reply = head + question + b"".join(records)
        self.transport.sendto(reply[:20] if name[0] == "broken" else reply, addr)


async def _web(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        request = (await reader.readuntil(b"\r\n\r\n")).decode()
        path = request.split()[1]
        status = {"/": "200 OK", "/closed": "200 OK"}.get(path, "503 Service Unavailable")
        body = (PAGE if path == "/" else "zamknięte").encode()
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()
    except (ConnectionError, asyncio.IncompleteReadError):
        pass
    finally:
        writer.close()


async def _silence(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()
    writer.close()


async def _garbage(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example.test ESMTP\r\n")
    writer.close()


@asynccontextmanager
async def world(folder: Path) -> AsyncIterator[Ports]:
    """All servers, on free ports of loopback, as long as the context lasts."""
    pem, key = certificate(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    async with AsyncExitStack() as stack:
        ports = []
        for answer, secured in ((_web, None), (_web, context), (_garbage, None)):
            server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=secured)
            ports.append(server.sockets[0].getsockname()[1])
            stack.callback(server.close)
        (silent, silent_six), (closed, closed_six) = twin_sockets(), twin_sockets()
        stack.callback(
            closed.close
        )  # bound, but nothing listens: connections are refused and nobody else gets the port
        for answer, listener in ((_silence, silent), (_web, silent_six), (_web, closed_six)):
            stack.callback((await asyncio.start_server(answer, sock=listener)).close)
        web, tls, garbage = ports
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(Resolver, local_addr=("127.0.0.1", 0))
        stack.callback(transport.close)
        dns = transport.get_extra_info("sockname")[1]
        yield Ports(dns, web, tls, silent.getsockname()[1], garbage, closed.getsockname()[1])
