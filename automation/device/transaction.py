"""The commit with timed revert: a change that nobody confirms never outlives its timer, a crash or a power cut."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from automation.bundle import Bundle, changed, difference
from automation.device.commands import CommandError, Refusal
from automation.device.parts.part import Part
from automation.device.state import Pending, State, Store, boot_id, clock

GUARD_SECONDS = 120
"""Timer behind a commit without one of its own: it only matters when the tool dies half-way."""

LOCK_SECONDS = 30
RESTORE_ATTEMPTS = 3

Answer = dict[str, Any]
"""What a verb prints: `outcome` done, unchanged or reverted, and what belongs to it."""


class Refused(Exception):
    """Nothing was changed; `part` and `line` say where, if it is about the text."""

    def __init__(self, reason: str, part: str = "", line: int = 0) -> None:
        self.reason, self.part, self.line = reason, part, line
        super().__init__(reason)


class Failed(Refused):
    """A part could not be applied; the whole bundle was put back."""


@dataclass(frozen=True)
class Device:
    """`arm` starts a watchdog for a pending commit and returns when it is running; `now` is CLOCK_BOOTTIME."""

    parts: Mapping[str, Part]
    store: Store
    arm: Callable[[Pending], None]
    home_parts: tuple[str, ...]
    now: Callable[[], float] = clock

    def running(self, also: frozenset[str] = frozenset()) -> Bundle:
        """The managed parts: those of the confirmed bundle (before the first, of the kind of device) and `also`."""
        startup = self.store.load().startup
        managed = frozenset(Bundle.parse(startup).texts() if startup else self.home_parts) | also
        return Bundle.of({name: part.read() for name, part in self.parts.items() if name in managed})

    def compare(self, candidate: Bundle) -> str:
        running = self.running(frozenset(candidate.texts()))
        return difference(running, self._canonical(candidate, running))

    def commit(self, candidate: Bundle, id_: str, revert_in: int | None, note: str = "") -> Answer:
        """Without `revert_in` confirmed at once. The timer starts anew when everything is applied."""
        with self.store.lock(LOCK_SECONDS):
            state = self._settled()
            if state.pending:
                raise Refused(f"commit {state.pending.id} is pending; confirm it or roll it back first")
            return self._commit(state, candidate, id_, revert_in, note)

    def confirm(self, id_: str) -> Answer:
        with self.store.lock(LOCK_SECONDS):
            state = self._settled()
            if state.pending and state.pending.id == id_:
                return self._confirm(state, state.pending)
            if state.pending:
                raise Refused(f"pending is commit {state.pending.id}, not {id_}")
            if state.last and state.last.id == id_ and state.last.outcome == "confirmed":
                return {"outcome": "unchanged", "id": id_}
            known = state.last if state.last and state.last.id == id_ else None
            raise Refused(f"commit {id_} was {known.outcome}: {known.reason}" if known else "no commit is pending")

    def rollback(self, id_: str, revert_in: int | None, of: str = "") -> Answer:
        """Ends a pending commit at once; otherwise commits the bundle confirmed before the present one.

        With ``of``, only while that commit is pending or the last one confirmed, so that asking again, after an answer
        was lost, never takes back more.
        """
        with self.store.lock(LOCK_SECONDS):
            state = self._settled()
            if of and of != state.current:
                return {"outcome": "unchanged", "id": id_}
            if state.pending:
                self._revert(state, state.pending, "rolled back")
                return {"outcome": "reverted", "id": state.pending.id}
            if not state.previous:
                raise Refused("no earlier confirmed bundle")
            return self._commit(state, Bundle.parse(state.previous), id_, revert_in, "rollback")

    def expire(self) -> None:
        """Called by the watchdog at the deadline; does nothing if somebody else ended the commit."""
        with self.store.lock(3600):
            self._settled()

    def boot(self) -> Answer:
        """Puts the confirmed bundle on a device that has just started; an unconfirmed one is forgotten."""
        with self.store.lock(LOCK_SECONDS):
            state = self.store.load()
            if state.pending:
                self._revert(state, state.pending, "the device restarted before the confirmation")
            elif state.startup:
                self._restore(Bundle.parse(state.startup))
            if state.startup:
                self._keep(Bundle.parse(state.startup))
            return {"outcome": "done"}

    def status(self) -> Answer:
        state = self.store.load()
        waiting = state.pending
        left = max(0.0, round(waiting.deadline - self.now(), 3)) if waiting else 0.0
        return {
            "pending": waiting and {"id": waiting.id, "note": waiting.note, "seconds_left": left},
            "startup": _digest(state.startup),
            "previous": _digest(state.previous),
            "last": state.last and vars(state.last),
        }

    def _canonical(self, candidate: Bundle, running: Bundle) -> Bundle:
        """Every changed part checked; parts that read the same as now are taken as they are."""
        now = running.texts()
        texts = {}
        for name, text in candidate.parts:
            part = self.parts[name]
            texts[name] = text if text == now[name] else part.aligned(part.canonical(text), now[name])
        return running.overlaid(Bundle.of(texts))

    def _commit(self, state: State, given: Bundle, id_: str, revert_in: int | None, note: str) -> Answer:
        before = self.running(frozenset(given.texts()))
        candidate = self._canonical(given, before)
        names = changed(before, candidate)
        if not names and str(before) == state.startup:
            return {"outcome": "unchanged", "id": id_}
        wait = GUARD_SECONDS if revert_in is None else revert_in
        pending = Pending(id_, boot_id(), self.now() + wait, str(before), str(candidate), note)
        state = replace(state, startup=state.startup or str(before), pending=pending)
        self.store.save(state)
        try:
            self.arm(pending)
            taken = before.overlaid(self._apply(candidate.only(names)))
        except Exception as fault:  # whatever it was, nothing half-done may stay
            undone = self._restore(before)
            self.store.save(state.ended("failed", str(fault)))
            where = fault if isinstance(fault, Refusal) else Refusal("", str(fault))
            raise Failed("; ".join([where.reason, *undone]), where.part, where.line) from fault
        pending = replace(pending, deadline=self.now() + wait, candidate=str(taken))
        state = replace(state, pending=pending)
        if revert_in is None:
            return self._confirm(state, pending) | {"changed": sorted(names)}
        self.store.save(state)
        return {"outcome": "done", "id": id_, "changed": sorted(names), "revert_in": revert_in}

    def _apply(self, candidate: Bundle) -> Bundle:
        """Applied and read back: a part counts as applied when the device says the same as the text."""
        taken: dict[str, str] = {}
        for name, text in candidate.parts:
            part = self.parts[name]
            try:
                part.apply(text)
                now = taken[name] = part.read()
            except CommandError as fault:
                raise Refusal(name, str(fault)) from fault
            if part.aligned(text, now) != now:
                raise Refusal(name, "the device did not take it: " + _first_difference(text, now))
        return Bundle.of(taken)

    def _confirm(self, state: State, pending: Pending) -> Answer:
        previous = state.startup if state.startup != pending.candidate else state.previous
        self.store.save(replace(state, startup=pending.candidate, previous=previous).ended("confirmed"))
        self._keep(Bundle.parse(pending.candidate))
        return {"outcome": "done", "id": pending.id}

    def _keep(self, bundle: Bundle) -> None:
        for name, text in bundle.parts:
            self.parts[name].keep(text)

    def _settled(self) -> State:
        """The state after a commit whose time is over has been taken back, also when its watchdog is gone."""
        state = self.store.load()
        if state.pending and state.pending.expired(self.now()):
            return self._revert(state, state.pending, "not confirmed in time")
        return state

    def _revert(self, state: State, pending: Pending, reason: str) -> State:
        """Parts the confirmed bundle does not have go back to what the commit found."""
        undone = self._restore(Bundle.parse(pending.before).overlaid(Bundle.parse(state.startup)))
        state = state.ended("reverted", "; ".join([reason, *undone]))
        self.store.save(state)
        return state

    def _restore(self, bundle: Bundle) -> list[str]:
        """Puts back every part that differs; one that resists does not keep the others from healing."""
        faults: list[str] = []
        for _ in range(RESTORE_ATTEMPTS):
            faults = []
            for name, text in bundle.parts:
                part = self.parts[name]
                try:
                    now = part.read()
                    if part.aligned(text, now) != now:
                        part.apply(text)
                except Exception as fault:  # the other parts still have to heal
                    faults.append(f"{name} not restored: {fault}")
            if not faults:
                break
        return faults


def _digest(text: str) -> str | None:
    return hashlib.sha256(text.encode()).hexdigest() if text else None


def _first_difference(wanted: str, now: str) -> str:
    missing = [line for line in wanted.splitlines() if line not in now.splitlines()]
    extra = [line for line in now.splitlines() if line not in wanted.splitlines()]
    return f"missing {missing[0].strip()!r}" if missing else f"still has {extra[0].strip()!r}" if extra else "order"
