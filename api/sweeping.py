"""Keeps the losses of every element at hand: worked out in the background after each change of the inventory."""

import logging
import threading
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from api.context import Context
from api.listing.fields import Fields
from api.work import Work
from inventory.database.revision import When
from inventory.day import day_at
from inventory.kept import Kept
from inventory.model.element import Element, ElementKind
from inventory.model.network import Network
from monitoring.reachability.loss import Loss
from monitoring.reachability.pairs import Pair, pairs
from monitoring.reachability.sweep import Toll, sweep
from monitoring.reachability.sweep.sweeping import takers
from monitoring.sweep_store import SweepStore

LOOK_SECONDS = 2.0
PAIRS_MOST = 20_000
"""Sites up to which pairs are worked out in the background: it takes seconds for 10,000, minutes for 100,000."""

FIELDS: Fields = {
    "element": str, "kind": ElementKind, "slug": str, "cells": int, "sites": int, "people": int, "services": int,
}  # fmt: skip
PAIR_FIELDS: Fields = {
    "one": str, "other": str, "cells": int, "sites": int, "people": int, "alone": int, "beyond": int,
}  # fmt: skip
log = logging.getLogger(__name__)

swept = Kept(sweep, 4)
"""Sweeps of the networks asked about lately that are not stored."""

paired = Kept(pairs, 2)
"""Pairs of the networks asked about lately that are not stored."""


class Losses:
    """The losses of one inventory: stored, or worked out."""

    def __init__(self, context: Context, when: When | None) -> None:
        store, self._stored = context.inventory, SweepStore(context.engine)
        self.network, at = store.network(when), store.instant(when)
        self.day = day_at(at)
        self._revision = when if isinstance(when, int) else store.revision(at if when is not None else None)

    def tolls(self) -> tuple[Toll, ...]:
        """Elements that cost something, the most people first."""
        held = self._stored.tolls(self._revision, self.day)
        return swept(self.network, self.day).worst if held is None else held

    def taking(self, site: str | None, service: str | None) -> tuple[Toll, ...]:
        """Those that take something from a site, or a service from somebody, or that service from that site."""
        if site is None and service is None:
            return self.tolls()
        among = takers(self.network, self.day, site, service)
        return tuple(toll for toll in self.tolls() if toll.element in among)

    def pairs(self) -> tuple[Pair, ...]:
        """Pairs that cost more than their parts, the most beyond them first."""
        held = self._stored.pairs(self._revision, self.day)
        return paired(self.network, self.day) if held is None else held

    def held_pairs(self) -> tuple[Pair, ...]:
        """The same as far as it is stored already: to work it out for a large network takes long."""
        return self._stored.pairs(self._revision, self.day) or ()

    def store(self, *, with_pairs: bool = False) -> None:
        """Work out what is not held yet and store it."""
        tolls, found = self._stored.holds(self._revision, self.day)
        if not tolls:
            self._stored.put(self._revision, sweep(self.network, self.day))
        if with_pairs and not found:
            self._stored.put_pairs(self._revision, self.day, pairs(self.network, self.day))


def toll_document(toll: Toll) -> dict[str, Any]:
    """A toll as JSON."""
    element = Element.parse(toll.element)
    named = {"element": toll.element, "kind": str(element.kind), "slug": element.slug}
    return named | {"cells": toll.cells, "sites": toll.sites, "people": toll.people, "services": toll.services}


def pair_document(pair: Pair) -> dict[str, Any]:
    """A pair as JSON; ``beyond`` are the cells it costs more than both parts alone."""
    return asdict(pair) | {"beyond": pair.cells - pair.alone}


def loss_document(network: Network, lost: Loss) -> dict[str, Any]:
    """A loss as JSON, with the institutions that lose something."""
    of_site: Mapping[str, list[str]] = {site: [] for site in lost.sites}
    for site, service in lost.cells:
        of_site[site].append(service)
    institutions = [
        {"site": site, "name": network.site[site].name, "tenant": network.site[site].tenant,
         "people": network.site[site].people_served, "services": services}
        for site, services in of_site.items()
    ]  # fmt: skip
    return lost.document() | {"institutions": institutions}


def start(context: Context, work: Work) -> None:
    """Keep the losses of the inventory in force stored, as long as the server runs."""
    work.start("sweeps", lambda: _follow(context, work.stopping), log.error)


def _follow(context: Context, stopping: threading.Event) -> None:
    done: tuple[int, date] | None = None
    while not stopping.wait(LOOK_SECONDS):
        try:
            current = context.inventory.revision(), day_at()
            if current != done and current[0]:
                losses = Losses(context, None)
                losses.store(with_pairs=len(losses.network.sites) <= PAIRS_MOST)
                done = current
        except Exception:  # a busy database, or a second server that was faster; the next look goes on
            log.exception("working out the losses failed")
