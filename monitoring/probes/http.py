"""A web server that must answer a GET with the expected status and text, in the clear."""
# ruff: noqa: A005  (a kind is named like its file)

from monitoring.probes import Target, Trail, WrongAnswer
from monitoring.probes.tcp import connect

BODY_MAX = 256 * 1024
HEAD_MAX = 64 * 1024


async def run(target: Target, trail: Trail) -> str:
    """Connect, ask, compare."""
    line, _ = await connect(target, trail)
    try:
        trail.enter("http")
        await line.send(request(target))
        answer, piece = b"", b"-"
        while piece:
            piece = await line.receive()
            answer += piece
            if enough(target, answer, ended=not piece):
                break
        return f"status {target.expect_status}"
    finally:
        line.close()


def request(target: Target) -> bytes:
    """The GET that is sent."""
    lines = f"GET {target.path} HTTP/1.1", f"Host: {target.name}", "User-Agent: silesianet-probe", "Connection: close"
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def enough(target: Target, answer: bytes, ended: bool) -> bool:
    """Whether what has come of an answer is all that is expected; WrongAnswer when it cannot become that.

    A server that keeps the connection open is not waited for; ``ended`` says that nothing more comes.
    """
    head, _, body = answer.partition(b"\r\n\r\n")
    if b"\n" not in head and len(head) < HEAD_MAX and not ended:
        return False
    status = _status(head)
    if status != target.expect_status:
        raise WrongAnswer(f"status {status} instead of {target.expect_status}")
    if target.expect_text is None or target.expect_text.encode() in body:
        return True
    if ended or len(answer) > HEAD_MAX + BODY_MAX:
        raise WrongAnswer(f"the expected text {target.expect_text!r} is not in the answer")
    return False


def _status(head: bytes) -> int:
    """The status code of an answer's first line."""
    said = head.partition(b"\n")[0].decode("latin-1").split(maxsplit=2)
    if len(said) < 2 or not said[0].startswith("HTTP/") or not said[1].isdigit():
        raise WrongAnswer("the server does not speak HTTP" if said else "the server hangs up without an answer")
    return int(said[1])
