"""Ports for servers of tests."""

import socket


def free_port(kind: int = socket.SOCK_STREAM) -> int:
    """A port of loopback that nobody has now."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
