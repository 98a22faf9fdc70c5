"""A furnished house for tests of the way in: the demonstration city in a store, tokens of every role, observations."""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.roles import Role
from api.settings import ApiSettings
from api.tokens import TokenStore
from inventory.day import day_at
from inventory.model.network import Network
from inventory.settings import Settings
from monitoring.elements import ElementStates
from monitoring.observations import Observation, ObservationStore
from monitoring.reachability import compute

AGENT_SITE = "biblioteka-sosnica"
SETTINGS = ApiSettings(refresh_seconds=0.2, request_max_kb=256)


@dataclass(frozen=True)
class House:
    """An application over a store, and how to enter it."""

    context: Context
    app: FastAPI
    tokens: dict[Role, str]

    def client(self, role: Role | None = Role.VIEWER) -> TestClient:
        """A client that carries the token of a role, or none."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"} if role else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False, follow_redirects=False)

    def observe(self, down: Iterable[str] = (), also: frozenset[tuple[str, str]] = frozenset()) -> None:
        """Two rounds of probes as they would be with these elements down; ``also`` are cells that work regardless.

        Sites that are cut off report nothing, but did so a minute ago.
        """
        network, now = self.context.inventory.network(), time.time()
        store, gone = ObservationStore(self.context.engine), frozenset(down)
        self._report(store, network, frozenset(), now - 60, also)
        for age in (1.0, 0.5):
            self._report(store, network, gone, now - age, also)
        states = ElementStates(self.context.engine)
        for link in network.links:
            element = f"link:{link.slug}"
            states.record(element, element not in gone, "seen from both ends", now)

    def _report(
        self,
        store: ObservationStore,
        network: Network,
        down: frozenset[str],
        at: float,
        also: frozenset[tuple[str, str]],
    ) -> None:
        reach, whole = compute(network, day_at(at), down), compute(network, day_at(at))
        for site in network.sites:
            works = [v.slug for v in network.services if reach(site.slug, v.slug)]
            cut = not works and any(whole(site.slug, v.slug) for v in network.services)
            if network.vantage(site.slug) is None or cut:
                continue
            fine = {*works, *(service for where, service in also if where == site.slug)}
            results = [
                Observation(v.slug, at, v.slug in fine, None if v.slug in fine else "tcp") for v in network.services
            ]
            store.add(site.slug, results)


def furnish(database_url: str, home: Path, network: Network, settings: ApiSettings = SETTINGS) -> House:
    """Build the house on an empty database."""
    context = Context(Settings(home=home, database_url=database_url))
    context.inventory.write(network, "tests", "the demonstration city")
    store = TokenStore(context.engine)
    tokens = {role: store.create(role, role, AGENT_SITE if role is Role.AGENT else None) for role in Role}
    return House(context, create_app(context, settings), tokens)
