"""What the transaction asks of a part of the bundle; texts are empty or end with one newline."""

from abc import ABC, abstractmethod


class Part(ABC):
    """Reads, checks and applies one part; nothing but `apply` and `keep` changes the device."""

    @abstractmethod
    def read(self) -> str:
        """The running state in canonical form."""

    @abstractmethod
    def canonical(self, text: str) -> str:
        """The checked candidate in canonical form, nothing changed on the device; Refusal names the line."""

    @abstractmethod
    def apply(self, text: str) -> None:
        """Make a canonical text the running state; CommandError or Refusal when it cannot be."""

    def aligned(self, text: str, running: str) -> str:  # noqa: ARG002
        """A canonical text, with what is no difference (order, defaults) taken from the running one."""
        return text

    def keep(self, text: str) -> None:  # noqa: B027
        """Make a confirmed text what the device's own software starts with, where it has such a file."""
