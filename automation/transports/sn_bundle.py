"""Sessions with devices that carry `sn-bundle`, over our NAPALM drivers; the one file that calls that untyped code."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from napalm import get_network_driver

from automation.session import DeviceStatus, Ended, Pending
from automation.transports.login import Login
from inventory.platforms import Platform

UNDO_SECONDS = 8


def session(login: Login, platform: Platform) -> "NapalmSession":
    """Log in and speak to the device's own `sn-bundle`."""
    way = login.way
    options = {"key_file": way.key_file, "known_hosts": way.known_hosts, "port": way.port, "attach": way.attach}
    driver = _class(platform.napalm)(way.host, way.user, "", login.connect_seconds, options)
    driver.open()
    driver.timeout = login.command_seconds
    return NapalmSession(driver)


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
def _class(driver: str) -> Any:
    return get_network_driver(driver)
