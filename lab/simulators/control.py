"""Orders to simulated devices that run in another process: faults, power cuts, other keys. A line of JSON each way."""

import asyncio
import json
import socket
from dataclasses import fields
from pathlib import Path
from typing import Any

from inventory.errors import RefusedRequest, Unreachable
from lab.simulators.device import Faults
from lab.simulators.server import Server

ANSWER_SECONDS = 10
LONGEST = 2**24


async def attend(server: Server, path: Path) -> asyncio.Server:
    """Take orders at a socket of the file system that only this user may open."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(_answer(server, line)).encode() + b"\n")
            await writer.drain()
        writer.close()

    path.unlink(missing_ok=True)
    listening = await asyncio.start_unix_server(talk, path, limit=LONGEST)
    path.chmod(0o600)
    return listening


def tell(path: Path, order: str, device: str, **details: Any) -> str:
    """Give an order and wait until it is carried out: ``faults`` (with the fields of `Faults`; none: well again),
    ``reboot``, ``hang-up``, ``change-key``, or ``running``, whose answer is the device's running configuration."""
    said = json.dumps({"order": order, "device": device, "details": details}).encode() + b"\n"
    try:
        with socket.socket(socket.AF_UNIX) as talk:
            talk.settimeout(ANSWER_SECONDS)
            talk.connect(str(path))
            talk.sendall(said)
            answer = json.loads(talk.makefile().readline() or "{}")
    except (OSError, ValueError) as fault:
        raise Unreachable(f"the simulated devices do not answer: {fault}", where=str(path)) from fault
    if "done" not in answer:
        raise RefusedRequest(answer.get("refused", "no answer"), where=f"device:{device}")
    return str(answer["done"])


def _answer(server: Server, line: bytes) -> dict[str, str]:
    try:
        said = json.loads(line)
        return {"done": _carry_out(server, said["order"], said["device"], said.get("details", {}))}
    except (ValueError, KeyError, TypeError) as fault:
        return {"refused": f"{type(fault).__name__}: {fault}"}


def _carry_out(server: Server, order: str, name: str, details: dict[str, Any]) -> str:
    device = server.devices[name]
    if order == "faults":
        if unknown := details.keys() - {f.name for f in fields(Faults)}:
            raise ValueError(f"no fault {', '.join(sorted(unknown))}")
        device.faults = Faults(**details)
    elif order == "reboot":
        server.reboot(name)
    elif order == "hang-up":
        server.hang_up(name)
    elif order == "change-key":
        server.change_key(name)
    elif order == "running":
        return device.running()
    else:
        raise ValueError(f"no order {order}")
    return ""
