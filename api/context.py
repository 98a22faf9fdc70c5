"""The composition root: one object per process that holds the settings and opens each room's stores."""

from collections.abc import Callable
from functools import cached_property

import lab.attach
import lab.state
from inventory.database.store import InventoryStore
from sqlalchemy import Engine

from inventory.database.engine import connect, upgrade
from inventory.settings import Settings


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
    def attach(self) -> Callable[[], None]:
        """Moves the current thread into the management station of the running lab; without a lab it does nothing."""
        if lab.state.running(self.settings.home):
            return lab.attach.enter(self.settings.home, "noc")
        return lambda: None
