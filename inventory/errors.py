"""The one error root: every fault a user can cause or meet carries a stable code, a place and a remedy."""


class SilesiaNetError(Exception):
    """A fault shown to the user as one line: what is wrong, where, and what to do.

    Attributes:
        code: stable machine-readable name; exit codes and HTTP statuses are looked up by it in ``api``.
        message: what is wrong.
        where: file, line or object concerned; empty when there is none.
        fix: what the user can do; empty when nothing sensible can be said.
    """

    code = "error"

    def __init__(self, message: str, *, where: str = "", fix: str = "") -> None:
        self.message, self.where, self.fix = message, where, fix
        super().__init__(str(self))

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        remedy = f"; {self.fix}" if self.fix else ""
        return f"{place}{self.message}{remedy}"


class BadInput(SilesiaNetError):
    """A file or value that cannot be accepted; nothing was changed."""

    code = "bad-input"


class UnknownObject(SilesiaNetError):
    """A name that the inventory (or the lab) does not know."""

    code = "unknown-object"


class WrongUsage(SilesiaNetError):
    """A combination of options or arguments that has no meaning."""

    code = "usage"


class RefusedRequest(SilesiaNetError):
    """A request understood but not carried out, because of the state things are in."""

    code = "refused"


class Unreachable(SilesiaNetError):
    """A device, server or file system that did not answer."""

    code = "unreachable"
