"""The composition root: one object per process that holds the settings and joins the rooms' stores and functions."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Engine

import lab.attach
import lab.state
from api import background
from api.listing.lists import Lists
from inventory.database.engine import connect, upgrade
from inventory.database.rows import Rows
from inventory.database.store import InventoryStore
from inventory.errors import RefusedRequest
from inventory.settings import Settings
from lab.directory import Directory
from lab.simulators.standing import Standing

if TYPE_CHECKING:
    from automation.changes import Changes

SIMULATORS = "simulators"
"""Name of the service that simulated devices run in."""


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

    @cached_property
    def rows(self) -> Rows:
        """The inventory as plain records."""
        return Rows(self.engine)

    @cached_property
    def lists(self) -> Lists:
        """The inventory as lists of documents."""
        return Lists(self.rows)

    @property
    def lab_is_up(self) -> bool:
        """Whether a lab runs in this home."""
        return lab.status(self.settings.home).up

    @property
    def simulated(self) -> "Standing | None":
        """The simulated devices that run in this home; null where none do."""
        standing = Standing.of(self.settings.home)
        return standing if standing.places and background.running(self.settings.home, SIMULATORS) else None

    @property
    def attach(self) -> Callable[[], None]:
        """Moves the current thread into the management station of the running lab; without a lab it does nothing."""
        try:
            noc = lab.state.load(self.settings.home).noc
        except RefusedRequest:
            noc = None
        return lab.attach.enter(self.settings.home, noc) if noc else lambda: None

    @property
    def authority(self) -> str | None:
        """File of the authority that certifies the e-services of this home's lab; null without a lab."""
        certificate = Directory.of(self.settings.home).authority_certificate
        return str(certificate) if certificate.is_file() else None

    @property
    def changes(self) -> "Changes":
        """Changes of the network: planned with our forecast, judged by the probes of our site agents."""
        from api.composition import changes_of  # the drivers take a second to import

        return changes_of(self)
