"""What the guides tell people to type, with what its words in capitals stand for in a running city."""

import re
import shlex
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from api.cli.output import EXIT_FINDINGS
from api.context import Context
from bench.change_edits import edited, one_after_another
from inventory.database.store import InventoryStore
from inventory.model.link import Rates
from inventory.settings import Settings
from tests.support.running import COMMAND, environment_of

FOLDER = Path(__file__).parents[2] / "docs" / "guide"
GUIDES = sorted(FOLDER.glob("*.md"))
FENCE = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
FINDING = ("drift", "compliance", "reach diff")
"""Commands whose exit code tells that they found something: drift while the inventory is ahead, a silent site when the
machine is busy."""
QUICKER = ("c-pop-trynek-1--gw-szkola-trynek", "c-pop-sosnica-1--gw-biblioteka-sosnica")


def typed(page: Path) -> list[str]:
    """What follows `silesianet` in the lines to be typed."""
    lines = [line for block in FENCE.findall(page.read_text()) for line in block.splitlines()]
    return [line.removeprefix("silesianet ") for line in lines if line.startswith("silesianet ")]


@dataclass(frozen=True)
class Typist:
    """Types the lines of a guide in the home of a running city; nobody is there to be asked."""

    home: Path
    folder: Path
    before: tuple[str, ...] = ()
    """What starts the command, as who else."""

    def type(self, page: Path, elsewhere: Mapping[str, str]) -> None:
        """Every line in order, but those shown elsewhere; each must do what it says."""
        for line in typed(page):
            if line not in elsewhere:
                self._type(page.name, line)

    def _type(self, page: str, line: str) -> None:
        asks = line.split()[0] in {"apply", "restore"} and "--plan" not in line and "--yes" not in line
        words = [self._meant(word) for word in shlex.split(line)] + ["--yes"] * asks
        done = subprocess.run(
            [*self.before, *COMMAND, *words],
            cwd=self.folder,
            env=environment_of(self.home),
            capture_output=True,
            text=True,
            timeout=200,
        )
        good = {0, EXIT_FINDINGS} if line.startswith(FINDING) else {0}
        assert done.returncode in good, f"{page}: silesianet {line}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"

    def _meant(self, word: str) -> str:
        means: dict[str, Callable[[], str]] = {
            "PLAN": lambda: self._context.changes.store.list(1)[0].id,
            "JOB": lambda: str(self._context.changes.jobs.list()[0].id),
            "COMMIT": lambda: _head(self.home / "backup"),
        }
        return means[word]() if word in means else word

    @property
    def _context(self) -> Context:
        return Context(Settings(home=self.home))


def inventory_of(home: Path) -> InventoryStore:
    """What should be true of the city in a home."""
    return Context(Settings(home=home)).inventory


@contextmanager
def something_to_change(home: Path) -> Iterator[None]:
    """Two circuits are faster in the inventory than on the devices; afterwards they are as they were."""
    inventory = inventory_of(home)
    before = inventory.network()
    faster = Rates(down=500_000_000, up=500_000_000)
    edit = one_after_another(*(edited("circuits", slug, rate=faster) for slug in QUICKER))
    inventory.write(edit(before), "tests", "faster circuits")
    try:
        yield
    finally:
        inventory.write(before, "tests", "as before")


def _head(repository: Path) -> str:
    command = ["git", "-C", str(repository), "rev-parse", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
