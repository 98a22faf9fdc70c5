"""What can go wrong between us and a device; a caller decides by the type, a person by the text."""

from inventory.errors import RefusedRequest, SilesiaNetError, Unreachable


class _Reasoned(Unreachable):
    """With a word for why, by which a caller decides."""

    def __init__(self, device: str, reason: str, text: str) -> None:
        self.reason = reason
        super().__init__(f"{reason}: {text}", where=device)

    @property
    def text(self) -> str:
        """The message without the reason."""
        return self.message.removeprefix(f"{self.reason}: ")


class DeviceUnreachable(_Reasoned):
    """No session: no route, refused, unknown host key or key not accepted; `reason` is connect, host-key or login."""


class ConnectionLost(_Reasoned):
    """A session ended, or gave no answer in time, in the middle of something: what the device did is unknown.

    `reason` is lost or timeout.
    """


class BundleRefused(RefusedRequest):
    """The device changed nothing; `part` and `line` (from 1 within the part) say where, if it is about the text."""

    def __init__(self, device: str, text: str, part: str = "", line: int = 0) -> None:
        self.part, self.line = part, line
        super().__init__(text, where=_place(device, part, line))


class BundleFailed(SilesiaNetError):
    """The device began and put everything back, or a command on it failed."""

    code = "device-failed"

    def __init__(self, device: str, text: str, part: str = "", line: int = 0) -> None:
        self.part, self.line = part, line
        super().__init__(text, where=_place(device, part, line))


def _place(device: str, part: str, line: int) -> str:
    return device + (f" part {part}" if part else "") + (f" line {line}" if line else "")
