"""`rpcd` as the simulated OpenWrt runs it: sessions, and changes that are taken back unless they are confirmed.

As in rpcd itself, what it needs to take a change back is in memory and below `/var/run`: neither outlives a restart,
and by then the change is in `/etc/config`.
"""

import json
import secrets
from collections.abc import Callable
from typing import Any, Protocol

from lab.simulators.clock import Clock, Timer
from lab.simulators.device import Faults
from lab.simulators.openwrt_uci import CONFIG, Uci

RUN = "/var/run/rpcd"
FILES, DELTA = f"{RUN}/snapshot-files", f"{RUN}/snapshot-delta"
DEFAULT_SECONDS = 60
CODES = {2: "Invalid argument", 3: "Method not found", 4: "Not found", 5: "No data", 6: "Permission denied"}


class Board(Protocol):
    """The device it runs on."""

    clock: Clock
    faults: Faults
    disk: dict[str, str]

    def write(self, path: str, text: str) -> None:
        """Write a file."""

    def uci(self, config: str, saved: str) -> Uci:
        """The configuration."""


class UbusError(Exception):
    """A call that failed, by its code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(f"Command failed: {CODES[code]}")


class Rpcd:
    """One run of the daemon; a restart of the device is another."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._grants: dict[str, set[str]] = {}
        self._applied = ""
        self._timer: Timer | None = None

    def call(self, path: str, method: str, given: dict[str, Any]) -> dict[str, Any] | None:
        """The answer to `ubus call`; UbusError when it is refused."""
        methods: dict[tuple[str, str], Callable[[dict[str, Any]], dict[str, Any] | None]] = {
            ("session", "create"): self._create,
            ("session", "grant"): self._grant,
            ("session", "destroy"): self._destroy,
            ("uci", "apply"): self._apply,
            ("uci", "confirm"): self._confirm,
            ("uci", "rollback"): self._roll_back,
        }
        if path not in ("session", "uci"):
            raise UbusError(4)
        if (path, method) not in methods:
            raise UbusError(3)
        return methods[path, method](given)

    def _create(self, given: dict[str, Any]) -> dict[str, Any]:
        sid = secrets.token_hex(16)
        self._grants[sid] = set()
        timeout = int(given.get("timeout", 300))
        self._board.clock.later(timeout, lambda: self._forget(sid))
        return {"ubus_rpc_session": sid, "timeout": timeout, "expires": timeout, "acls": {}, "data": {}}

    def _grant(self, given: dict[str, Any]) -> None:
        sid = self._known(given)
        if given.get("scope") == "uci":
            self._grants[sid] |= {f"{name}:{right}" for name, right in given.get("objects", ())}

    def _destroy(self, given: dict[str, Any]) -> None:
        self._forget(self._known(given))

    def _forget(self, sid: str) -> None:
        self._grants.pop(sid, None)
        self._purge(f"{RUN}/uci-{sid}")

    def _known(self, given: dict[str, Any]) -> str:
        sid = str(given.get("ubus_rpc_session", ""))
        if not sid:
            raise UbusError(2)
        if sid not in self._grants:
            raise UbusError(4)
        return sid

    def _apply(self, given: dict[str, Any]) -> None:
        rollback = bool(given.get("rollback"))
        if self._applied and rollback:
            raise UbusError(6)
        sid = str(given.get("ubus_rpc_session", "")) or None
        if sid is None:
            raise UbusError(2)
        self._purge(FILES)
        self._purge(DELTA)
        if self._applied:
            return
        saved = f"{RUN}/uci-{sid}"
        changed = self._names(saved)
        if not changed:
            raise UbusError(5)
        granted = self._grants.get(sid, set())
        if any(not {"*:write", f"{name}:write"} & granted for name in changed):
            raise UbusError(6)
        self._put_in_force(saved, changed)
        if rollback:
            self._applied = sid
            self._timer = self._board.clock.later(float(given.get("timeout", DEFAULT_SECONDS)), self._restore)

    def _put_in_force(self, saved: str, changed: list[str]) -> None:
        for name in changed:
            self._board.write(f"{FILES}/{name}", self._board.disk[f"{CONFIG}/{name}"])
            self._board.write(f"{DELTA}/{name}", self._board.disk[f"{saved}/{name}"])
            if self._board.faults.ignore_commit:
                self._board.disk.pop(f"{saved}/{name}")
            else:
                self._board.uci(CONFIG, saved).commit(name)

    def _confirm(self, given: dict[str, Any]) -> None:
        sid = str(given.get("ubus_rpc_session", ""))
        if not sid:
            raise UbusError(2)
        self._theirs(sid)
        self._ended()

    def _roll_back(self, given: dict[str, Any]) -> None:
        self._theirs(str(given.get("ubus_rpc_session", "")))
        self._restore()

    def _theirs(self, sid: str) -> None:
        if not self._applied:
            raise UbusError(5)
        if sid != self._applied:
            raise UbusError(6)

    def _restore(self) -> None:
        for name in self._names(FILES):
            self._board.write(f"{CONFIG}/{name}", self._board.disk[f"{FILES}/{name}"])
        self._ended()

    def _ended(self) -> None:
        self._purge(FILES)
        self._purge(DELTA)
        if self._timer is not None:
            self._timer.cancel()
        self._applied, self._timer = "", None

    def stop(self) -> None:
        """The daemon's memory is gone."""
        if self._timer is not None:
            self._timer.cancel()

    def _names(self, folder: str) -> list[str]:
        return sorted(path.rsplit("/", 1)[1] for path in self._board.disk if path.rsplit("/", 1)[0] == folder)

    def _purge(self, folder: str) -> None:
        for name in self._names(folder):
            del self._board.disk[f"{folder}/{name}"]


def said(answer: dict[str, Any] | None) -> str:
    """An answer as `ubus` prints it."""
    return "" if answer is None else json.dumps(answer, indent="\t") + "\n"
