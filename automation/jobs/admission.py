"""When which devices may be changed: maintenance windows, black-outs, and who went against them and why."""

import time
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, delete, insert, select
from sqlalchemy.exc import IntegrityError

from automation.change import Change
from automation.jobs import cron
from automation.jobs.tables import overrides, windows
from automation.jobs.window import Window
from automation.settings import JobSettings
from inventory.errors import RefusedRequest, UnknownObject, WrongUsage
from inventory.model.fact import Fact
from inventory.model.network import Network

LOOKS = 1000
"""Openings and ends looked at for the next moment at which everything may be changed."""

type Device = tuple[str, str]
"""(name, site)."""


class NotNow(RefusedRequest):
    """A change outside of its window, or within a black-out; ``opens`` is when it may be begun, null for never."""

    def __init__(self, message: str, *, where: str, opens: float | None, fix: str) -> None:
        self.opens = opens
        super().__init__(message, where=where, fix=fix)


class Override(Fact):
    """Somebody began a change all the same; ``against`` is what would have refused it."""

    change: str
    who: str
    why: str
    against: str
    at: float


class Calendar:
    """Windows and black-outs, kept in the database."""

    def __init__(self, engine: Engine, settings: JobSettings | None = None) -> None:
        self._engine, self._settings = engine, settings or JobSettings()

    @property
    def zone(self) -> ZoneInfo:
        """The time zone windows are meant in."""
        return cron.zone_of(self._settings.time_zone)

    def add(self, window: Window) -> None:
        """Keep a window; WrongUsage when it says not when it is, RefusedRequest when there is one of that name."""
        if window.cron is not None:
            cron.check(window.cron)
        elif window.begins is None and window.ends is None:
            raise WrongUsage("it is not said when it is", fix="give --cron and --minutes, or --from and --until")
        if (window.cron is None) != (window.minutes is None):
            raise WrongUsage("--cron and --minutes belong together", fix="give both")
        try:
            with self._writing() as connection:
                connection.execute(insert(windows), window.model_dump(mode="json"))
        except IntegrityError as error:
            raise RefusedRequest(
                "there is one already", where=f"window:{window.name}", fix="remove it first"
            ) from error

    def remove(self, name: str) -> None:
        """UnknownObject when there is none."""
        with self._writing() as connection:
            if not connection.execute(delete(windows).where(windows.c.name == name)).rowcount:
                fix = "see `silesianet jobs window list`"
                raise UnknownObject(f"no window {name!r}", where=f"window:{name}", fix=fix)

    def list(self) -> tuple[Window, ...]:
        """By name."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(windows).order_by(windows.c.name)).mappings()
            return tuple(Window.model_validate(dict(row)) for row in rows)

    def override(self, network: Network, change: Change, who: str, why: str, at: float | None = None) -> None:
        """Let a change begin all the same; on record with what it goes against."""
        moment = time.time() if at is None else at
        against = self._against(_devices(network, change), moment, self.list())
        row = {"change": change.id, "who": who, "why": why, "against": against or "nothing", "at": moment}
        with self._writing() as connection:
            connection.execute(insert(overrides), row)

    def overrides(self, change: str | None = None) -> tuple[Override, ...]:
        """On record for one change or all, newest first."""
        columns = [overrides.c[name] for name in Override.model_fields]
        query = select(*columns).order_by(overrides.c.id.desc())
        with self._engine.connect() as connection:
            rows = connection.execute(query if change is None else query.where(overrides.c.change == change)).mappings()
            return tuple(Override.model_validate(dict(row)) for row in rows)

    def admit(self, network: Network, change: Change, at: float) -> None:
        """NotNow when the change may not begin at an instant and nobody has overridden that."""
        known = self.list()
        against = self._against(_devices(network, change), at, known) if known else ""
        if not against or self.overrides(change.id):
            return
        opens = self.opens(network, change, at)
        when = f"it may begin at {cron.shown(opens, self.zone)}" if opens is not None else "no later time is known"
        raise NotNow(
            f"{against}; {when}", where=f"change:{change.id}", opens=opens,
            fix="give --wait-for-window, or --override and why",
        )  # fmt: skip

    def opens(self, network: Network, change: Change, at: float) -> float | None:
        """The first instant from then on at which the whole change may begin; null when none is known."""
        known, devices, moment = self.list(), _devices(network, change), at
        for _ in range(LOOKS):
            if not self._against(devices, moment, known):
                return moment
            later = [t for window in known if (t := self._turn(window, moment)) is not None]
            if not later:
                return None
            moment = min(later)
        return None

    def _turn(self, window: Window, at: float) -> float | None:
        """When something changes next because of a window: a black-out ends or a window opens."""
        if not window.blackout:
            return window.next_opening(at, self.zone)
        ends = window.open_until(at, self.zone)
        return ends if ends is not None and ends != float("inf") else None

    def _against(self, devices: Iterable[Device], at: float, known: Sequence[Window]) -> str:
        """What speaks against changing these devices at an instant; empty when nothing does."""
        open_until = {window.name: window.open_until(at, self.zone) for window in known}
        for name, site in devices:
            near = [window for window in known if window.concerns(name, site)]
            for window in near:
                until = open_until[window.name]
                if window.blackout and until is not None:
                    end = "" if until == float("inf") else f" until {cron.shown(until, self.zone)}"
                    return f"black-out {window.name}{end} covers {name}" + (
                        f" ({window.reason})" if window.reason else ""
                    )
            own = [window.name for window in near if not window.blackout]
            if own and all(open_until[each] is None for each in own):
                return f"{name} is changed only in its maintenance window {' or '.join(own)}, which is closed"
        return ""

    def _writing(self) -> AbstractContextManager[Connection]:
        return self._engine.execution_options(writes=True).begin()


def _devices(network: Network, change: Change) -> tuple[Device, ...]:
    """What the change would touch; all it is about while it has no plan."""
    names = change.plan.changing if change.plan else frozenset(d.slug for d in network.configured())
    return tuple((name, network.device[name].site) for name in sorted(names) if name in network.device)
