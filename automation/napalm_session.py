"""Sessions over NAPALM drivers: the one file of this room that calls the untyped library."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from napalm import get_network_driver

from automation.session import DeviceStatus, Ended, Pending, Target, at_first_address
from inventory import platforms

USER = "silesianet"
UNDO_SECONDS = 8


@dataclass(frozen=True)
class NapalmConnect:
    """How to log in; ``attach`` moves the thread that opens the socket to where devices can be reached from."""

    key_file: Path
    known_hosts: Path
    attach: Callable[[], None] | None = None
    connect_seconds: int = 5
    command_seconds: int = 60

    def __call__(self, target: Target) -> "NapalmSession":
        """A session at the first address that answers."""
        return at_first_address(target, lambda address: self._session(target, address))

    def _session(self, target: Target, address: str) -> "NapalmSession":
        driver = self._driver(target, address)
        driver.open()
        driver.timeout = self.command_seconds
        return NapalmSession(driver)

    def _driver(self, target: Target, address: str) -> Any:
        options = {"key_file": self.key_file, "known_hosts": self.known_hosts, "attach": self.attach}
        return _class(target.platform)(address, USER, "", self.connect_seconds, options)


@dataclass(frozen=True)
class NapalmSession:
    """A logged-in driver; see `Session` for what its methods mean."""

    driver: Any

    def running(self) -> str:
        return str(self.driver.get_config("running")["running"])

    def compare(self, bundle: str) -> str:
        self.driver.load_replace_candidate(config=bundle)
        difference = str(self.driver.compare_config())
        self.driver.discard_config()
        return difference

    def commit(self, bundle: str, note: str, revert_in: int) -> str | None:
        self.driver.load_replace_candidate(config=bundle)
        committed = self.driver.commit_config(message=note, revert_in=revert_in)
        return str(committed.id) if committed.pending else None

    def confirm(self, commit: str) -> None:
        self.driver.confirm_commit(commit)

    def undo(self, commit: str) -> None:
        """Not waited for long: the address spoken to may be one that goes away with the change."""
        self.driver.timeout = min(UNDO_SECONDS, self.driver.timeout)
        self.driver.rollback(of=commit)

    def status(self) -> DeviceStatus:
        answer = self.driver.status()
        pending, last = answer["pending"], answer["last"]
        return DeviceStatus(
            pending and Pending(pending["id"], pending["note"], pending["seconds_left"]),
            last and Ended(last["id"], last["note"], last["outcome"], last["reason"]),
        )

    def neighbours(self) -> frozenset[str]:
        if not hasattr(self.driver, "get_ospf_neighbors"):
            return frozenset()
        found = self.driver.get_ospf_neighbors()
        return frozenset(n["router_id"] for n in found if n["state"] == "Full")

    def close(self) -> None:
        self.driver.close()


@cache
def _class(platform: str) -> Any:
    return get_network_driver(platforms.load(platform).napalm)
