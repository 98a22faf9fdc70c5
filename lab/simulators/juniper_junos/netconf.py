"""NETCONF of a simulated Junos: hello, framing of both versions of the protocol, one operation after another."""

import asyncio
import itertools
import re
from xml.etree import ElementTree as ET

from lab.simulators.device import Reader, Writer
from lab.simulators.juniper_junos.device import Editor, JuniperJunos
from lab.simulators.juniper_junos.elements import local
from lab.simulators.juniper_junos.loading import Gone
from lab.simulators.juniper_junos.rpcs import USER, Closed, answer
from lab.simulators.juniper_junos.tree import Missing, Refused

BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
BASE_1_1 = "urn:ietf:params:netconf:base:1.1"
CAPABILITIES = (
    "urn:ietf:params:netconf:base:1.0", BASE_1_1, "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0", "urn:ietf:params:netconf:capability:validate:1.0",
    "http://xml.juniper.net/netconf/junos/1.0", "http://xml.juniper.net/dmi/system/1.0",
)  # fmt: skip
END = b"]]>]]>"
CHUNK = re.compile(rb"\n#(\d+)\n")
LAST = b"\n##\n"
SESSIONS = itertools.count(4001)


class Netconf:
    """One client."""

    def __init__(self, device: JuniperJunos) -> None:
        self.device = device
        self.editor = Editor(USER, "netconf")
        self._buffer = b""
        self._chunked = False

    async def serve(self, reader: Reader, writer: Writer) -> None:
        """Greet, then answer until the client is gone."""
        writer.write(_hello().encode() + END)
        try:
            while (message := await self._message(reader)) is not None:
                if self.device.faults.slow_seconds:
                    await asyncio.sleep(self.device.faults.slow_seconds)
                try:
                    reply = self._reply(message)
                except Closed as last:
                    writer.write(self._framed(str(last)))
                    await writer.drain()
                    return
                except Gone:
                    return
                if reply:
                    writer.write(self._framed(reply))
                    await writer.drain()
        finally:
            self.device.close(self.editor)

    def _reply(self, message: bytes) -> str:
        request = ET.fromstring(message)
        if local(request.tag) == "hello":
            self._chunked = any(
                (c.text or "").strip() == BASE_1_1 for c in request.iter() if local(c.tag) == "capability"
            )
            return ""
        attributes = "".join(f' {name}="{value}"' for name, value in request.attrib.items() if name == "message-id")
        head = f'<rpc-reply xmlns="{BASE}" xmlns:junos="http://xml.juniper.net/junos/{self.device.version}/junos"'
        try:
            inner = answer(self.device, self.editor, request[0])
        except Closed:
            raise Closed(f"{head}{attributes}><ok/></rpc-reply>") from None
        except Refused as refusal:
            inner = error(str(refusal), isinstance(refusal, Missing))
        return f"{head}{attributes}>{inner}</rpc-reply>"

    def _framed(self, text: str) -> bytes:
        octets = text.encode()
        return b"\n#%d\n%s\n##\n" % (len(octets), octets) if self._chunked else octets + END

    async def _message(self, reader: Reader) -> bytes | None:
        while True:
            found = self._whole()
            if found is not None:
                return found
            more = await reader.read(65536)
            if not more:
                return None
            self._buffer += more

    def _whole(self) -> bytes | None:
        """The next message, if all of it is there."""
        if not self._chunked:
            message, end, rest = self._buffer.partition(END)
            if not end:
                return None
            self._buffer = rest
            return message.strip()
        place, parts = 0, []
        while (chunk := CHUNK.match(self._buffer, place)) is not None:
            start, length = chunk.end(), int(chunk[1])
            parts.append(self._buffer[start : start + length])
            place = start + length
        if not self._buffer.startswith(LAST, place) or not parts:
            return None
        self._buffer = self._buffer[place + len(LAST) :]
        return b"".join(parts)


def error(text: str, warning: bool = False) -> str:
    """What the device says against an operation."""
    said = text.replace("&", "&amp;").replace("<", "&lt;").removeprefix("error: ")
    severity = "warning" if warning else "error"
    return (
        "<rpc-error><error-type>application</error-type><error-tag>operation-failed</error-tag>"
        f"<error-severity>{severity}</error-severity><error-message>{said}</error-message></rpc-error>"
    )


def _hello() -> str:
    known = "".join(f"<capability>{c}</capability>" for c in CAPABILITIES)
    return (
        f'<hello xmlns="{BASE}"><capabilities>{known}</capabilities><session-id>{next(SESSIONS)}</session-id></hello>'
    )
