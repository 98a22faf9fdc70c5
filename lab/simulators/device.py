"""What every simulated device is: state that outlives its sessions, a command line for each login, faults to order."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import ClassVar, Protocol

from lab.simulators.clock import Clock


class HangUp(Exception):
    """The device ends the session, as told or by a fault."""


@dataclass
class Faults:
    """How a device misbehaves; the defaults are none. Changed while it runs."""

    slow_seconds: float = 0.0
    """Delay before each answer."""
    drop_after: int | None = None
    """The session is cut after so many more lines in a configuration mode; then the fault is spent."""
    reject: str | None = None
    """Regular expression of configuration lines that are answered with an error."""
    wrong_prompt: bool = False
    """The prompt lacks its end, so that no client recognises it."""
    full: bool = False
    """No more sessions: logins succeed and are hung up at once, with the words a full device says."""
    disk_full: bool = False
    """Files and checkpoints cannot be written; the device says so in its own words."""
    reboot_on_line: str | None = None
    """Regular expression of a configuration line on which the device restarts: sessions end, unsaved state is gone."""
    ignore_commit: bool = False
    """A commit is answered as done and nothing changes: a device that lies."""
    denied: bool = False
    """Nobody's key or password is good any more."""
    away: bool = False
    """Connections are closed before a word is said, as while a device restarts."""


class Reader(Protocol):
    """What a client sends to a subsystem or door."""

    async def read(self, n: int = -1) -> bytes:
        """Up to so many octets; none at the end."""


class Writer(Protocol):
    """What a client of a subsystem or door is answered."""

    def write(self, data: bytes) -> object:
        """Say something."""

    async def drain(self) -> None:
        """Wait until the client can keep up."""


Handler = Callable[[Reader, Writer], Awaitable[None]]
"""Speaks to one client until it is gone."""


@dataclass(frozen=True)
class Ran:
    """How a command given at login ended."""

    status: int
    output: str
    complaint: str = ""


class Cli(ABC):
    """One login's command line. The server echoes, splits lines and writes prompts; here is what they mean."""

    @abstractmethod
    def prompt(self) -> str:
        """The prompt of the present mode."""

    @abstractmethod
    def enter(self, line: str) -> str:
        """What a line is answered with, lines ended by ``\\n``, without prompt. HangUp ends the session."""

    def greeting(self) -> str:
        """What is said before the first prompt."""
        return ""

    def interrupt(self) -> str:
        """Control-C or control-Z."""
        return ""

    @property
    def hides_input(self) -> bool:
        """Whether what is typed now is not echoed."""
        return False

    def hung_up(self) -> None:  # noqa: B027
        """The session is over, however it ended; candidates and locks it held are given up."""


class Simulated(ABC):
    """A device. ``startup`` is the configuration it has when it is switched on."""

    platform: ClassVar[str]
    """Slug of the platform it stands for."""
    full_words: ClassVar[str] = "% No more sessions available\n"
    """What it says before it hangs up when it has no session left; one without words opens no channel."""
    files: MutableMapping[str, bytes] | None = None
    """Its file store by path, where clients may copy files with SCP or SFTP."""

    def __init__(self, name: str, startup: str, clock: Clock) -> None:
        self.name, self.clock, self.faults = name, clock, Faults()
        self.boot(startup)

    @abstractmethod
    def boot(self, startup: str) -> None:
        """Forget everything that does not survive a restart and run this configuration."""

    @abstractmethod
    def cli(self) -> Cli:
        """A command line for a new login."""

    @abstractmethod
    def running(self) -> str:
        """The whole running configuration as the device prints it."""

    @abstractmethod
    def reboot(self) -> None:
        """A power cut: back to the saved configuration; pending timers follow the platform's own rules."""

    def execute(self, command: str) -> str:
        """A command given at login instead of a command line (``ssh device COMMAND``)."""
        return self.cli().enter(command)

    def run(self, command: str, stdin: bytes) -> Ran:  # noqa: ARG002
        """The same with exit status and, where ``takes_input`` says so, with what the client sent along."""
        return Ran(0, self.execute(command))

    def takes_input(self, command: str) -> bool:  # noqa: ARG002
        """Whether a command waits for the end of what the client sends along."""
        return False

    def subsystem(self, name: str) -> Handler | None:  # noqa: ARG002
        """Who speaks for an SSH subsystem such as ``netconf``; null where there is none."""
        return None

    def doors(self) -> Mapping[str, Handler]:
        """Further TCP ports by what they are for (``eapi``); each is served at a port of its own."""
        return {}
