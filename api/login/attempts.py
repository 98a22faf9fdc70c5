"""Failed logins are counted by name and by address; beyond a number the next one has to wait. Memory is bounded."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, ip_address

from inventory.errors import SilesiaNetError

WINDOW_SECONDS = 900.0
MOST_BY_NAME, MOST_BY_ADDRESS = 10, 30
REMEMBERED = 4096


class TooManyAttempts(SilesiaNetError):
    """Too many failed logins; ``wait`` is the seconds until the next one is looked at."""

    code = "too-many"

    def __init__(self, wait: float) -> None:
        self.wait = wait
        super().__init__("too many failed logins", fix=f"try again in {max(1, round(wait / 60))} minutes")


class Attempts:
    """Counts within one process. Each attempt is counted before it is looked at, so that many at once gain nothing."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._failed: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def take(self, address: str, name: str = "") -> None:
        """Count an attempt; TooManyAttempts when it is one too many."""
        limits = _limits(address, name)
        with self._lock:
            now = self._now()
            ends = [began + WINDOW_SECONDS for key, most in limits for began, n in (self._of(key, now),) if n >= most]
            if ends:
                raise TooManyAttempts(max(ends) - now)
            for key, _ in limits:
                began, number = self._of(key, now)
                self._failed[key] = (began, number + 1)
                self._failed.move_to_end(key)
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)

    def succeeded(self, address: str, name: str = "") -> None:
        """The attempt was right: the name is clean again, and the address has not failed this time."""
        with self._lock:
            for key, most in _limits(address, name):
                began, number = self._of(key, self._now())
                if most == MOST_BY_NAME or number <= 1:
                    self._failed.pop(key, None)
                else:
                    self._failed[key] = (began, number - 1)

    def _of(self, key: str, now: float) -> tuple[float, int]:
        began, number = self._failed.get(key, (now, 0))
        return (began, number) if now - began < WINDOW_SECONDS else (now, 0)


def _limits(address: str, name: str) -> list[tuple[str, int]]:
    by_name = [(f"name {name.casefold()[:200]}", MOST_BY_NAME)] if name else []
    return [(f"address {_network(address)}", MOST_BY_ADDRESS), *by_name]


def _network(address: str) -> str:
    """One line has many IPv6 addresses: they count as one."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(found.exploded[:19]) if isinstance(found, IPv6Address) and not found.ipv4_mapped else address
