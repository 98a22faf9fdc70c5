"""Ports for servers of tests."""

import random
import socket

NOT_EPHEMERAL = range(20_000, 32_000)  # connections of other tests start above


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port of loopback that nobody has, and that no connection will take before its server starts."""
    while True:
        port = random.SystemRandom().choice(NOT_EPHEMERAL)
        with socket.socket(socket.AF_INET, kind) as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:  # somebody has it
                continue
            return port


def twin_sockets() -> tuple[socket.socket, socket.socket]:
    """Two TCP sockets bound to one port, of 127.0.0.1 and of ::1; nothing listens yet."""
    while True:
        four, six = (socket.socket(family, socket.SOCK_STREAM) for family in (socket.AF_INET, socket.AF_INET6))
        four.bind(("127.0.0.1", 0))
        try:
            six.bind(("::1", four.getsockname()[1]))
        except OSError:  # another process has the port of ::1: try the next one
            four.close()
            six.close()
            continue
        return four, six
