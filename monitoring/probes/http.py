"""A web server that must answer a GET with the expected status and text, in the clear."""
# ruff: noqa: A005  (a kind is named like its file)

from typing import Protocol

from monitoring.probes import Target, Trail, WrongAnswer
from monitoring.probes.tcp import connect


class Conversation(Protocol):
    """What is asked over a connection, in the clear or secured."""

    async def send(self, data: bytes) -> None:
        """Send everything."""

    async def receive(self) -> bytes:
        """What comes next; nothing when the other side has hung up."""
        ...


BODY_MAX = 256 * 1024
HEAD_MAX = 64 * 1024


async def run(target: Target, trail: Trail) -> str:
    """Connect, ask, compare."""
    line, _ = await connect(target, trail)
    try:
        return await ask(target, trail, line)
    finally:
        line.close()


async def ask(target: Target, trail: Trail, line: Conversation) -> str:
    """Send a GET and compare status and text with what is expected."""
    trail.enter("http")
    lines = f"GET {target.path} HTTP/1.1", f"Host: {target.name}", "User-Agent: silesianet-probe", "Connection: close"
    await line.send(("\r\n".join(lines) + "\r\n\r\n").encode("ascii"))
    answer = b""
    while b"\n" not in answer and len(answer) < HEAD_MAX and (piece := await line.receive()):
        answer += piece
    status = _status(answer)
    if status != target.expect_status:
        raise WrongAnswer(f"status {status} instead of {target.expect_status}")
    if target.expect_text is not None:
        await _find(target.expect_text.encode(), answer, line)
    return f"status {status}"


def _status(answer: bytes) -> int:
    """The status code of an answer's first line."""
    said = answer.partition(b"\n")[0].decode("latin-1").split(maxsplit=2)
    if len(said) < 2 or not said[0].startswith("HTTP/") or not said[1].isdigit():
        raise WrongAnswer("the server does not speak HTTP" if said else "the server hangs up without an answer")
    return int(said[1])


async def _find(text: bytes, answer: bytes, line: Conversation) -> None:
    """Read until the text has come after the head; a server that keeps the connection open is not waited for."""
    while not (text in answer and text in answer.partition(b"\r\n\r\n")[2]):
        piece = await line.receive()
        answer += piece
        if not piece or len(answer) > HEAD_MAX + BODY_MAX:
            raise WrongAnswer(f"the expected text {text.decode()!r} is not in the answer")
