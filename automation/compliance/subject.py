"""What a rule looks at: one device's configuration, line by line with what each stands under."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from automation.settings import ConfigurationSettings


@dataclass(frozen=True)
class Line:
    """A line of a configuration; ``under`` are the lines it is indented below, outermost first."""

    number: int
    text: str
    under: tuple[str, ...]


@dataclass(frozen=True)
class Subject:
    """A device as it was read. ``startup`` is null where the device cannot tell it."""

    device: str
    platform: str
    running: str
    intended: str
    difference: str = ""
    pending: bool = False
    """Whether a commit waits for its confirmation."""
    startup: str | None = None
    settings: ConfigurationSettings = field(default_factory=ConfigurationSettings)

    def lines(self) -> Iterator[Line]:
        """Lines that say something."""
        stack: list[tuple[int, str]] = []
        for number, text in enumerate(self.running.split("\n"), 1):
            if not text.strip() or text.strip() in ("!", "#"):
                continue
            depth = len(text) - len(text.lstrip())
            while stack and stack[-1][0] >= depth:
                stack.pop()
            yield Line(number, text, tuple(above for _, above in stack))
            stack.append((depth, text.strip()))
