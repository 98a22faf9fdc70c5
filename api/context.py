"""The composition root: one object per process that holds the settings and joins the rooms' stores and functions."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from sqlalchemy import Engine

import lab.attach
import lab.state
from automation.changes import Changes
from automation.gate import Prediction
from automation.napalm_session import NapalmConnect
from automation.session import Session, Target
from automation.settings import AccessSettings
from inventory.database.engine import connect, upgrade
from inventory.database.store import InventoryStore
from inventory.errors import RefusedRequest
from inventory.model.network import Network
from inventory.settings import Settings
from monitoring.observations import ObservationStore
from monitoring.reachability.forecast import forecast


class Context:
    """What commands and routes need; everything is opened on first use."""

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = settings or Settings()

    @cached_property
    def engine(self) -> Engine:
        """The database, schema brought up to date."""
        engine = connect(self.settings.database)
        upgrade(engine)
        return engine

    @cached_property
    def inventory(self) -> InventoryStore:
        """The store of intended facts."""
        return InventoryStore(self.engine)

    @property
    def lab_is_up(self) -> bool:
        """Whether a lab runs in this home."""
        return lab.status(self.settings.home).up

    @property
    def attach(self) -> Callable[[], None]:
        """Moves the current thread into the management station of the running lab; without a lab it does nothing."""
        return self._attach() or (lambda: None)

    @property
    def changes(self) -> Changes:
        """Changes of the network: planned with our forecast, judged by the probes of our site agents."""
        observations = ObservationStore(self.engine)
        return Changes(self.engine, self.inventory, self._log_in, _predict, observations)

    def _attach(self) -> Callable[[], None] | None:
        try:
            noc = lab.state.load(self.settings.home).noc
        except RefusedRequest:
            return None
        return lab.attach.enter(self.settings.home, noc) if noc else None

    def _log_in(self, target: Target) -> Session:
        """Look up keys and network anew for every login: a lab may have come and gone meanwhile."""
        access = AccessSettings()
        keys = self.settings.home / "lab" / "keys"
        connect_to = NapalmConnect(
            _existing(access.key_file, keys / "id_ed25519", "SILESIANET_SSH_KEY_FILE"),
            _existing(access.known_hosts, keys / "known_hosts", "SILESIANET_SSH_KNOWN_HOSTS"),
            self._attach(),
        )
        return connect_to(target)


def _existing(given: Path | None, of_the_lab: Path, setting: str) -> Path:
    path = (given or of_the_lab).resolve()
    if not path.is_file():
        fix = f"bring a lab up with `silesianet lab up`, or name the file in {setting}"
        raise RefusedRequest("needed to log in to devices and not there", where=str(path), fix=fix)
    return path


def _predict(before: Network | None, after: Network) -> Prediction:
    expected = forecast(before, after, datetime.now(UTC).date())
    return Prediction(expected.lost, expected.gained, expected.blast)
