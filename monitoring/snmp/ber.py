"""The few rules of BER that SNMP uses, read strictly: notifications come from anywhere, so every length is checked."""

from collections.abc import Iterator

from inventory.errors import BadInput
from monitoring.snmp.session import Oid, Value

INTEGER, OCTETS, NULL, OBJECT, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
ADDRESS, COUNTER, GAUGE, TICKS, OPAQUE, COUNTER64 = 0x40, 0x41, 0x42, 0x43, 0x44, 0x46
_UNSIGNED = frozenset({COUNTER, GAUGE, TICKS, COUNTER64})
_MAX_ARCS = 128


class Malformed(BadInput):
    """Octets that are not what they claim to be."""


def element(data: bytes, position: int = 0, expected: int | None = None) -> tuple[int, bytes, int]:
    """Tag, content and the position after one element; Malformed."""
    if position + 2 > len(data):
        raise Malformed("message ends early")
    tag, length = data[position], data[position + 1]
    position += 2
    if length & 0x80:
        octets = length & 0x7F
        if not 1 <= octets <= 4 or position + octets > len(data):
            raise Malformed("bad length")
        length = int.from_bytes(data[position : position + octets], "big")
        position += octets
    if position + length > len(data):
        raise Malformed("message ends early")
    if expected is not None and tag != expected:
        raise Malformed(f"tag {tag:#x} where {expected:#x} belongs")
    return tag, data[position : position + length], position + length


def elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Tag and content of each element in a row."""
    position = 0
    while position < len(data):
        tag, content, position = element(data, position)
        yield tag, content


def integer(content: bytes) -> int:
    """A signed integer."""
    if not 1 <= len(content) <= 9:
        raise Malformed("bad integer")
    return int.from_bytes(content, "big", signed=True)


def object_id(content: bytes) -> Oid:
    """An object identifier."""
    arcs: list[int] = []
    arc = 0
    for octet in content:
        arc = arc << 7 | octet & 0x7F
        if not octet & 0x80:
            arcs.append(arc)
            arc = 0
    if not arcs or content[-1] & 0x80 or len(arcs) > _MAX_ARCS:
        raise Malformed("bad object identifier")
    first = min(arcs[0] // 40, 2)
    return (first, arcs[0] - 40 * first, *arcs[1:])


def value(tag: int, content: bytes) -> Value:
    """A value of a variable binding; absent objects are None."""
    if tag == INTEGER:
        return integer(content)
    if tag in _UNSIGNED:
        return int.from_bytes(content[:9], "big")
    if tag == OBJECT:
        return object_id(content)
    return content if tag in (OCTETS, ADDRESS, OPAQUE) else None
