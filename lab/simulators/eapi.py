"""The command API of a simulated Arista EOS: JSON-RPC ``runCmds`` over HTTP, as pyeapi and NAPALM speak it."""

import asyncio
import json
from typing import Any

from lab.simulators.arista_cli import EosCli
from lab.simulators.arista_eos import AristaEos, Rejected
from lab.simulators.arista_shows import Shown
from lab.simulators.device import HangUp, Reader, Writer

CHUNK = 65536
LARGEST = 16 * 1024 * 1024
FAILED = 1002


class Eapi:
    """Speaks to one client after the other; every request is a login of its own, as on the device."""

    def __init__(self, device: AristaEos) -> None:
        self._device = device

    async def serve(self, reader: Reader, writer: Writer) -> None:
        """Answer requests until the client is gone."""
        waiting = b""
        while (request := await _request(reader, waiting)) is not None:
            head, body, waiting = request
            if self._device.faults.slow_seconds:
                await asyncio.sleep(self._device.faults.slow_seconds)
            status, answer = self._answer(head, body)
            text = json.dumps(answer).encode()
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n".encode()
            )
            writer.write(text)
            await writer.drain()

    def _answer(self, head: str, body: bytes) -> tuple[str, dict[str, Any]]:
        if not head.startswith("POST /command-api"):
            return "404 Not Found", {}
        if "\nauthorization: basic " not in head.lower():
            return "401 Unauthorized", {}
        try:
            asked = json.loads(body)
            cmds, kind = asked["params"]["cmds"], asked["params"].get("format", "json")
        except (ValueError, KeyError, TypeError):
            return "400 Bad Request", {}
        return "200 OK", {"jsonrpc": "2.0", "id": asked.get("id"), **self._ran(cmds, kind)}

    def _ran(self, cmds: list[Any], kind: str) -> dict[str, Any]:
        cli = EosCli(self._device)
        results: list[dict[str, Any]] = []
        for number, command in enumerate(cmds, start=1):
            line = str(command["cmd"] if isinstance(command, dict) else command)
            try:
                results.append(_form(cli.do(line.strip()), kind))
            except (Rejected, HangUp) as refusal:
                said = f"CLI command {number} of {len(cmds)} '{line}' failed: invalid command"
                results.append({"errors": [str(refusal)]})
                return {"error": {"code": FAILED, "message": said, "data": results}}
        return {"result": results}


def _form(shown: Shown, kind: str) -> dict[str, Any]:
    if kind == "text":
        return {"output": shown.text}
    return shown.data if shown.data is not None else {"messages": [shown.text]}


async def _request(reader: Reader, waiting: bytes) -> tuple[str, bytes, bytes] | None:
    """Head, body and what came after them; null when the client is gone."""
    while b"\r\n\r\n" not in waiting:
        chunk = await reader.read(CHUNK)
        if not chunk or len(waiting) > LARGEST:
            return None
        waiting += chunk
    raw, _, rest = waiting.partition(b"\r\n\r\n")
    head = raw.decode("latin-1")
    lengths = [line.partition(":")[2] for line in head.split("\r\n") if line.lower().startswith("content-length:")]
    length = min(int(lengths[0]), LARGEST) if lengths and lengths[0].strip().isdigit() else 0
    while len(rest) < length:
        chunk = await reader.read(CHUNK)
        if not chunk:
            return None
        rest += chunk
    return head, rest[:length], rest[length:]
