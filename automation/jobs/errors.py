"""Errors that cross the queue: what happened to a device is told on this side as it was on the other."""

from typing import Any

from automation.transports.errors import BundleFailed, BundleRefused, ConnectionLost, DeviceUnreachable
from inventory.errors import RefusedRequest, SilesiaNetError, Unreachable

KINDS: dict[str, type[SilesiaNetError]] = {
    kind.__name__: kind
    for kind in (
        DeviceUnreachable, ConnectionLost, BundleRefused, BundleFailed, RefusedRequest, Unreachable, SilesiaNetError,
    )
}  # fmt: skip
MORE = ("reason", "part", "line")


def packed(error: SilesiaNetError) -> dict[str, Any]:
    """An error as JSON; of a kind unknown here the nearest one above it is told."""
    kind = next(one.__name__ for one in type(error).__mro__ if one.__name__ in KINDS)
    more = {name: getattr(error, name) for name in MORE if hasattr(error, name)}
    return {"kind": kind, "message": error.message, "where": error.where, "fix": error.fix} | more


def unpacked(told: dict[str, Any]) -> SilesiaNetError:
    """The error again, ready to be raised."""
    kind = KINDS[told["kind"]]
    error = kind.__new__(kind)
    SilesiaNetError.__init__(error, told["message"], where=told["where"], fix=told["fix"])
    for name in MORE:
        if name in told:
            setattr(error, name, told[name])
    return error
