"""One question to many devices at once, over their command lines."""

from collections.abc import Callable
from dataclasses import dataclass

from automation.change import Scope
from automation.fleet import Missed, ThreadedFleet
from automation.plan import chosen
from automation.session import Target
from automation.settings import ChangeSettings
from automation.transports.shell import Shell
from inventory.model.network import Network


@dataclass
class Answer:
    """What a device printed; ``output`` is null when it did not answer, and ``reason`` says why."""

    name: str
    output: str | None
    reason: str = ""


def answers(
    network: Network, scope: Scope, connect: Callable[[Target], Shell], command: str, seconds: float = 30
) -> list[Answer]:
    """Ask every device of the scope; UnknownObject for one that is not there."""
    names = chosen(network, scope)
    fleet = ThreadedFleet(network, connect, ChangeSettings().workers)
    found = fleet.run(names, lambda _, shell: shell.ask(command, seconds))
    return [
        Answer(name, None, str(answer.error)) if isinstance(answer, Missed) else Answer(name, answer.value)
        for name, answer in found.items()
    ]
