"""The view from the management station: whether e-services answer at all. It never confirms a site.

Two failures in a row put ``service:SLUG`` down. When no name resolves any more it is the resolver that is put down,
and what the management station cannot reach because of links or devices known to be down is not judged. If its own
gateway is silent and nothing beyond it answers, that gateway is put down: nobody else is left to say so.
"""

import asyncio
import logging
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from inventory.day import day_at
from inventory.model.network import Network
from monitoring.agent.clock import Clock
from monitoring.agent.rounds import Rounds
from monitoring.elements import ElementState, ElementStates
from monitoring.observation import Observation
from monitoring.probe_plan import probe_list
from monitoring.reachability.access import Access
from monitoring.reachability.compute import access_of, compute

VANTAGE = "noc"
log = logging.getLogger(__name__)
SILENT_SECONDS = 6.0
ENOUGH, ENOUGH_FOR_NAMES = 2, 3
"""Failures in a row that count; one more where only the name fails, so that a dead resolver is told apart."""


class PopView:
    """Turns results of probes run at the management station into states of elements."""

    def __init__(self) -> None:
        self._last: dict[str, deque[dict[str, Any]]] = {}

    def judge(
        self,
        network: Network,
        results: Iterable[dict[str, Any]],
        down: Collection[str],
        seen: Mapping[str, float] = MappingProxyType({}),
    ) -> list[ElementState]:
        """Work results in (as agents report them, oldest first) and say what they prove.

        ``seen`` is when each element was last looked at with success or not (epoch seconds).
        """
        touched = {}
        for result in results:
            self._last.setdefault(result["service"], deque(maxlen=ENOUGH_FOR_NAMES)).append(result)
            touched[result["service"]] = result
        access = access_of(network, day_at())
        beyond = _beyond(access)
        gateway = self._gateway(access, beyond, touched, down, seen)
        unseen = _unreachable(network, down) | (beyond if gateway is not None else frozenset())
        proven = [gateway] if gateway is not None and gateway.element not in down and self._all_failing(beyond) else []
        return [*proven, *self._resolver(network, touched), *self._services(touched, unseen)]

    def _gateway(
        self,
        access: Access,
        beyond: frozenset[str],
        touched: Mapping[str, dict[str, Any]],
        down: Collection[str],
        seen: Mapping[str, float],
    ) -> ElementState | None:
        """The state of the station's own gateway, if it has been silent for long enough to matter."""
        if access.noc is None or not touched or not beyond:
            return None
        element, now = f"device:{access.noc.gateway}", max(r["at"] for r in touched.values())
        if element in down or now - seen.get(element, now) > SILENT_SECONDS:
            words = "silent, and nothing beyond it answers the management station behind it"
            return ElementState(element, False, words, now)
        return None

    def _all_failing(self, services: frozenset[str]) -> bool:
        return all(service in self._last and self._failing(service) for service in services)

    def _resolver(self, network: Network, touched: Mapping[str, dict[str, Any]]) -> Iterator[ElementState]:
        if network.resolver is None or not touched:
            return
        element, newest = f"device:{network.resolver.slug}", max(touched.values(), key=lambda r: r["at"])
        if any(r["stage"] != "dns" for r in touched.values()):
            yield ElementState(element, True, "names resolve at the management station", newest["at"])
        elif self._no_names():
            yield ElementState(
                element, False, f"no name resolves at the management station: {newest['text']}", newest["at"]
            )

    def _services(self, touched: Mapping[str, dict[str, Any]], unseen: frozenset[str]) -> Iterator[ElementState]:
        no_names = self._no_names()
        for service, result in touched.items():
            element = f"service:{service}"
            if result["ok"]:
                yield ElementState(element, True, "answers at the management station", result["at"])
            elif service not in unseen and not (no_names and result["stage"] == "dns") and self._failing(service):
                words = f"fails at stage {result['stage']} from the management station: {result['text']}"
                yield ElementState(element, False, words, result["at"])

    def _failing(self, service: str) -> bool:
        last = list(self._last[service])
        needed = ENOUGH_FOR_NAMES if last[-1]["stage"] == "dns" else ENOUGH
        return len(last) >= needed and not any(r["ok"] or r["stage"] is None for r in last[-needed:])

    def _no_names(self) -> bool:
        """Whether the last two probes of every service failed for want of an address."""
        return all(
            len(r) >= ENOUGH and all(x["stage"] == "dns" for x in list(r)[-ENOUGH:]) for r in self._last.values()
        )


def _beyond(access: Access) -> frozenset[str]:
    """E-services that the management station reaches only through its gateway and on."""
    gateway = access.noc.gateway if access.noc is not None else None
    return frozenset(s for s, target in access.targets.items() if target is not None and target.gateway != gateway)


def _unreachable(network: Network, down: Iterable[str]) -> frozenset[str]:
    """E-services to which the management station has no path for reasons already known."""
    reach = compute(network, day_at(), [e for e in down if not e.startswith("service:")])
    noc = reach.access.noc
    if noc is None:
        return frozenset()
    return frozenset(
        service
        for service, target in reach.access.targets.items()
        if target is not None
        and (
            target.host in reach.down.devices
            or (noc.port != target.port and not reach.islands.joined(noc.gateway, target.gateway))
        )
    )


def watch_services(
    states: ElementStates,
    network: Callable[[], Network],
    attach: Callable[[], None],
    ca_file: str | None,
    stop: threading.Event,
    record: Callable[[Sequence[Observation]], None] = lambda _: None,
) -> None:
    """Probe every e-service in force from the management station until told to stop; needs a thread of its own.

    ``record`` is given what was seen, every half second.
    """
    attach()
    asyncio.run(_watch(states, network, ca_file, stop, record))


async def _watch(
    states: ElementStates,
    network: Callable[[], Network],
    ca_file: str | None,
    stop: threading.Event,
    record: Callable[[Sequence[Observation]], None],
) -> None:
    results: list[dict[str, Any]] = []
    rounds, view = Rounds(Clock(), results.append, ca_file), PopView()
    following: dict[str, Any] | None = None
    while not stop.is_set():
        try:
            current = network()
            document = probe_list(current, VANTAGE, day_at())
            document["probes"] = [p for p in document["probes"] if p["in_force"]]
            if document != following:
                rounds.follow(document)
                view, following = PopView(), document
            batch, results[:] = list(results), []
            if batch:
                states.record_all(view.judge(current, batch, states.down(), states.seen()))
                record([Observation(**result) for result in batch])
        except SQLAlchemyError as reason:
            log.warning("the view from the management station could not be stored: %s", reason)
        await asyncio.sleep(0.5)
    rounds.stop()
