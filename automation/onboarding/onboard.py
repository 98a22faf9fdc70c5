"""From a box that answers to a device that is configured; what does not fit is refused before anything is written."""

import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import delete, insert, select

from automation.change import Report, Scope, State
from automation.changes import Changes
from automation.connect import Access
from automation.drift import drift
from automation.fleet import addresses
from automation.onboarding.identity import Identity, identify, match
from automation.tables import onboarded
from automation.transports import ssh
from automation.transports.errors import DeviceUnreachable
from automation.transports.known_hosts import HostKey, line_of, pin, pinned
from inventory.errors import RefusedRequest
from inventory.model.network import Network


@dataclass(frozen=True)
class Candidate:
    """A box that was recognised as a device."""

    host: str
    device: str
    identity: Identity
    key: HostKey
    known: bool
    """Whether this very key is pinned for it already."""


@dataclass(frozen=True)
class Onboarding:
    """The ways to boxes, and the facts they are matched with."""

    changes: Changes
    access: Access

    def recognise(self, host: str, replaces: bool = False) -> Candidate:
        """Which device a box is; RefusedRequest or DeviceUnreachable when it may not become one. Writes nothing.

        ``replaces``: the key pinned so far is of the box it stands for now.
        """
        network = self.changes.inventory.network()
        key = ssh.shown_key(self._way(host), self.access.connect_seconds)
        identity = self._asked(host, key)
        device = match(network, identity).slug
        mine = self._addresses(network, device)
        if host not in mine:
            fix = f"give it {mine[0] if mine else 'an address'} at its bootstrap, or correct the inventory"
            raise RefusedRequest(f"{host} is no management address of {device}", where=f"device:{device}", fix=fix)
        self._not_elsewhere(device, host, mine, key)
        keys = frozenset().union(*(pinned(self.access.known_hosts, self._way(address).known_as) for address in mine))
        if keys - {key}:
            self._may_change_key(device, host, identity, replaces)
        return Candidate(host, device, identity, key, key in keys)

    def carry_out(self, found: Candidate, who: str) -> Report:
        """Pin the key, configure the device by a normal change, and look whether it runs what is intended."""
        network = self.changes.inventory.network()
        names = [self._way(address).known_as for address in self._addresses(network, found.device)]
        pin(self.access.known_hosts, (found.device, *names), found.key)
        self._note(found, who)
        scope = Scope(devices=(found.device,))
        draft = self.changes.create(scope, f"onboards {found.identity} at {found.host}", who)
        report = self.changes.apply(self.changes.plan(draft.id).id, who)
        left = drift(self.changes, scope) if report.state is State.CONFIRMED else ()
        if any(d.drifted or not d.reached for d in left):
            raise RefusedRequest("it does not run what is intended", where=f"device:{found.device}", fix="see `drift`")
        return report

    def _asked(self, host: str, key: HostKey) -> Identity:
        """Logged in only to whoever holds the key that was shown."""
        with tempfile.TemporaryDirectory() as folder:
            once, way = Path(folder) / "known_hosts", self._way(host)
            once.write_text(line_of((way.known_as,), key) + "\n")
            session = ssh.Session(replace(way, known_hosts=once), self.access.connect_seconds)
            try:
                return identify(session)
            finally:
                session.close()

    def _not_elsewhere(self, device: str, host: str, mine: tuple[str, ...], key: HostKey) -> None:
        for address in mine:
            try:
                other = None if address == host else ssh.shown_key(self._way(address), self.access.connect_seconds)
            except DeviceUnreachable:
                continue
            if other is not None and other != key:
                raise RefusedRequest(
                    f"{device} is alive at {address} with another key", where=host, fix="correct the serial numbers"
                )

    def _may_change_key(self, device: str, host: str, identity: Identity, replaces: bool) -> None:
        """A box may stand for another one; the same box with another key is somebody else."""
        before = self._before(device)
        if before is None and replaces:
            return
        if before is None:
            text = "another key is pinned for it; if this box replaces the one that was there, say --replaces"
            raise DeviceUnreachable(host, "host-key", text)
        if before == str(identity):
            raise DeviceUnreachable(host, "host-key", f"the key of {before} is not the one pinned at its onboarding")

    def _before(self, device: str) -> str | None:
        query = select(onboarded.c.identity).where(onboarded.c.device == device)
        with self.changes.engine.connect() as connection:
            return connection.execute(query).scalar()

    def _note(self, found: Candidate, who: str) -> None:
        row = {
            "device": found.device, "identity": str(found.identity), "fingerprint": found.key.fingerprint,
            "at": time.time(), "who": who,
        }  # fmt: skip
        with self.changes.engine.execution_options(writes=True).begin() as connection:
            connection.execute(delete(onboarded).where(onboarded.c.device == found.device))
            connection.execute(insert(onboarded), row)

    def _addresses(self, network: Network, device: str) -> tuple[str, ...]:
        place = self.access.places.get(device)
        return (place[0],) if place else addresses(network, device)

    def _way(self, host: str) -> ssh.Target:
        name = next((name for name, (address, _) in self.access.places.items() if address == host), host)
        return self.access.login(name, host).way
