"""The switches of all shared segments, in one namespace of their own."""

from collections.abc import Iterable, Sequence


def boot(segments: Iterable[Sequence[object]]) -> str:
    """One bridge per segment; its ports are numbered through in the order the wires are made."""
    text, socket = "ip link set lo up\n", 1
    for number, segment in enumerate(segments, start=1):
        text += f"ip link add br{number} type bridge forward_delay 0\nip link set br{number} up\n"
        for _ in segment:
            socket += 1
            text += f"ip link set p{socket} master br{number} up\n"
    return text
