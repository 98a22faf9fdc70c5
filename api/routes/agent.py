"""For site agents: the list of probes to run, and the results. An agent's token says which site it speaks for."""

from typing import Annotated, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import Response

from api.answers import accepted, document
from api.auth import GuardedRoute
from api.roles import Role, needs
from api.state import Caller, ContextOf, WatchOf
from inventory.day import day_at
from inventory.errors import UnknownObject
from monitoring.observations import Observation
from monitoring.probe_plan import probe_list

RESULTS_MAX = 20_000

router = APIRouter(route_class=GuardedRoute, prefix="/agent", tags=["agents"])


Stage = Annotated[str, Field(pattern="^(dns|tcp|tls|http|icmp)$")]
Tried = Annotated[str, Field(pattern="^(ok|dns|tcp|tls|http|icmp)$")]


class Result(BaseModel):
    """What one probe saw; ``at`` is epoch seconds UTC, ``stage`` where it failed.

    Agents of today also tell each IP family they tried, the milliseconds of each stage, and for how many days the
    certificate is still valid.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    service: str
    at: float
    ok: bool
    stage: Stage | None = None
    ms: float | None = None
    text: Annotated[str, Field(max_length=500)] = ""
    families: dict[Literal["4", "6"], Tried] = {}
    stages: dict[Stage, Annotated[float, Field(ge=0)]] = {}
    days_left: float | None = None


class Health(BaseModel):
    """What an agent says of itself: counts since its start, ``clock_offset`` seconds, ``last_push`` epoch seconds."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Annotated[str, Field(max_length=64)] | None = None
    clock_offset: float | None = None
    queue: Annotated[int, Field(ge=0)] | None = None
    dropped: Annotated[int, Field(ge=0)] | None = None
    late: Annotated[int, Field(ge=0)] | None = None
    last_push: float | None = None


class Results(BaseModel):
    """Results of one site, newest and kept ones alike; older agents say nothing of their health."""

    results: Annotated[list[Result], Field(max_length=RESULTS_MAX)]
    health: Health | None = None


@router.get("/probes")
@needs(Role.AGENT)
def probes(request: Request, context: ContextOf, watch: WatchOf, caller: Caller) -> Response:
    """What the agent of the caller's site has to probe."""
    network, site = context.inventory.network(), caller.site or ""
    if site not in network.site:
        raise UnknownObject("the token's site is not in the inventory", where=site)
    return document(request, probe_list(network, site, day_at(), watch.planner.pace, watch.planner.cover(network)))


@router.post("/results", status_code=202)
@needs(Role.AGENT)
def take_results(context: ContextOf, watch: WatchOf, caller: Caller, body: Results) -> Response:
    """Store results; services the inventory does not know are ignored and counted."""
    known = context.inventory.network().service
    seen = [Observation(**dict(r)) for r in body.results if r.service in known]
    health = body.health.model_dump() if body.health is not None else None
    watch.observations.add(caller.site or "", seen, health=health)
    return accepted({"accepted": len(seen), "ignored": len(body.results) - len(seen)})
