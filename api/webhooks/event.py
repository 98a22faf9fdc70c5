"""What webhooks tell: the kinds of events, and what an event looks like on the wire."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Topic(StrEnum):
    """What can be subscribed to."""

    INVENTORY = "inventory.changed"
    MATRIX = "matrix"
    CHANGE = "change"
    ALERT = "alert"


PING = "ping"
"""The event of a trial delivery."""


@dataclass(frozen=True)
class Event:
    """One thing that happened."""

    topic: str
    data: Mapping[str, Any]


def signature(secret: bytes, timestamp: str, body: bytes) -> str:
    """``v1=`` and the HMAC-SHA256 of ``TIMESTAMP.BODY`` in hexadecimal."""
    return f"v1={hmac.new(secret, timestamp.encode() + b'.' + body, hashlib.sha256).hexdigest()}"
