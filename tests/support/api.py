"""A furnished house for tests of the way in: the demonstration city in a store, tokens of every role, observations."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from fastapi import FastAPI
from starlette.testclient import TestClient

from api.app import create_app
from api.context import Context
from api.roles import LADDER, Role
from api.settings import ApiSettings
from api.tokens import TokenStore
from inventory.day import day_at
from inventory.model.network import Network
from inventory.settings import Settings
from monitoring.elements import ElementState, ElementStates
from monitoring.observations import Observation, ObservationStore
from monitoring.reachability import Reach, compute

TENANT = "oswiata"
AGENT_SITE = "biblioteka-sosnica"
SETTINGS = ApiSettings(refresh_seconds=0.2, request_max_kb=256)


@dataclass(frozen=True)
class House:
    """An application over a store, and how to enter it."""

    context: Context
    app: FastAPI
    tokens: dict[Role, str]
    bound_tokens: dict[Role, str] = field(default_factory=dict)
    """Tokens bound to ``TENANT``."""

    def client(self, role: Role | None = Role.VIEWER) -> TestClient:
        """A client that carries the token of a role, or none."""
        return self._carrying(self.tokens[role] if role else None)

    def bound(self, role: Role = Role.VIEWER) -> TestClient:
        """A client that carries the token of a role bound to ``TENANT``."""
        return self._carrying(self.bound_tokens[role])

    def _carrying(self, token: str | None) -> TestClient:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, headers=headers, raise_server_exceptions=False, follow_redirects=False)

    def observe(self, down: Iterable[str] = (), also: frozenset[tuple[str, str]] = frozenset()) -> None:
        """Probes as they would be with these elements down; ``also`` are cells that work regardless.

        Sites that are cut off report nothing now, but did so a minute ago.
        """
        network, now, gone = self.context.inventory.network(), time.time(), frozenset(down)
        store, states = ObservationStore(self.context.engine), ElementStates(self.context.engine)
        whole, left = compute(network, day_at(now)), compute(network, day_at(now), gone)
        for site in (s.slug for s in network.sites if network.vantage(s.slug)):
            seen = _seen(network, site, whole, now - 60, also)
            works, worked = ([reach(site, v.slug) for v in network.services] for reach in (left, whole))
            if any(works) or not any(worked):
                seen += [r for age in (1.0, 0.5) for r in _seen(network, site, left, now - age, also)]
            store.add(site, seen)
        links = [f"link:{link.slug}" for link in network.links]
        states.record_all(ElementState(link, link not in gone, "seen from both ends", now) for link in links)


def _seen(network: Network, site: str, reach: Reach, at: float, also: frozenset[tuple[str, str]]) -> list[Observation]:
    """One round of probes at a site."""
    fine = {v.slug: reach(site, v.slug) or (site, v.slug) in also for v in network.services}
    return [Observation(service, at, ok, None if ok else "tcp") for service, ok in fine.items()]


def furnish(database_url: str, home: Path, network: Network, settings: ApiSettings = SETTINGS) -> House:
    """Build the house on an empty database."""
    context = Context(Settings(home=home, database_url=database_url))
    context.inventory.write(network, "tests", "the demonstration city")
    store = TokenStore(context.engine)
    tokens = {role: store.create(role, role, AGENT_SITE if role is Role.AGENT else None) for role in Role}
    bound = {role: store.create(f"{role} of {TENANT}", role, tenant=TENANT) for role in LADDER}
    return House(context, create_app(context, settings), tokens, bound)
